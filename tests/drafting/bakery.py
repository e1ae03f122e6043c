"""The privacy page of a bakery: what a new owner starts from."""

PAGE = """<!doctype html><html lang="en"><head><title>Privacy Policy | Maple Bakery</title>
<meta property="og:site_name" content="Maple Bakery"></head><body>
<nav><a href="/">Home</a> <a href="/cakes">Cakes</a></nav><main>
<h1>Privacy Policy</h1>
<p>Last updated March 3, 2026.</p>
<p>Maple Bakery (“we”) sells bread and cakes. This policy says what we do with the data of
people who visit our site.</p>
<h2>What we collect</h2>
<p>When you order, we collect your name, email address, phone number and delivery address. Our server records your IP
address, your browser and the pages that you view. We use cookies to remember your basket.</p>
<h2>What we use it for</h2>
<p>We use your information to bake and deliver your order and to answer your messages. We do not use it for
advertising.</p>
<h2>Whom we share it with</h2>
<p>We do not sell your personal information. We share your name and address with the courier who delivers your order.
However, a court may order us to hand over your data.</p>
<h2>How long we keep it</h2>
<p>We keep orders for seven years, because tax law requires it. Server logs, with your IP address, are deleted after 30
days.</p>
<h2>Your choices</h2>
<p>You can ask us for a copy of your data, and you can ask us to correct or delete it. You can delete cookies in your
browser at any time; then we cannot remember your basket.</p>
<h2>How we protect it</h2>
<p>Our site uses encrypted connections, and only two people at the bakery can see your orders.</p>
<h2>Questions</h2>
<p>Write to privacy@maplebakery.example or call 617-555-0100.</p>
</main><footer>© 2026 Maple Bakery</footer></body></html>
"""
