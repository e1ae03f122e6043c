"""Words that matter at the end of an English sentence: abbreviations by how they may end one, and first words.

Abbreviations are written without their last period. Legal ones follow the usual citation style of courts and statutes.
Lowercase entries match in any case; entries with a capital match only if they are written that way, because "me",
"wash" and "ill" are words.
"""

from __future__ import annotations

# They never end a sentence: what follows belongs to them.
NEVER_LAST = frozenset(
    "mr mrs ms mx messrs prof hon rev gov govs sen sens rep reps pres gen col maj brig capt lt sgt cpl cmdr adm "
    "amb atty att'y asst supt insp det msgr mt ft fr vs v cf e.g i.e viz ca approx attn incl excl esp resp p.o "
    "z.b d.h bzw vgl ggf evtl inkl zzgl sra".split()
)
# They end a sentence before any capital: units, and the Latin for "and others".
OFTEN_LAST = frozenset(
    "etc al seq min max hr hrs sec secs yr yrs mo mos wk wks sq lb lbs oz kg km cm mm gb mb kb usw".split()
)
# Companies. A capitalized word that follows may be a part of the name or open a sentence.
COMPANIES = frozenset(
    "inc ltd corp co cos bros llc llp lp plc pty pte pvt gmbh intl int'l mfg assn ass'n l.l.c l.l.p l.p p.c p.l.c "
    "s.a s.p.a s.r.l b.v n.v a.g a.s s.c s.l".split()
)
# What can follow "Co." or a name with an exclamation mark, such as "Yahoo!", as a part of a company's name.
COMPANY_ENDINGS = COMPANIES | frozenset(
    "limited incorporated corporation company group holdings asa ag kg se sarl".split()
)
# Places. "In the U.S. Data is stored" is two sentences, "U.S. Data Privacy Framework" is none.
PLACES = frozenset("u.s u.k e.u u.n u.s.a u.a.e d.c p.r b.c".split())
# What follows "U.S." inside of a sentence, although a lowercase letter comes next; without a final "s".
OF_PLACES = frozenset(
    "administration agency ambassador army attorney bank based board bureau census center citizen citizenship "
    "code commission congres constitution consumer copyright court custom department district division dollar "
    "embassy federal government house immigration institute law library mail mainland marshal military mint "
    "national navy office patent person postal president privacy regulation resident secretary securitie senate "
    "senator state statute supreme tax territory territorie treasury".split()
)
# What follows "5 p.m." inside of a sentence.
OF_TIMES = frozenset(
    "eastern central mountain pacific atlantic alaska hawaii greenwich london local standard daylight monday "
    "tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays "
    "sundays mon tue tues wed thu thur thurs fri sat sun january february march april may june july august "
    "september october november december jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
# States, as statutes and addresses shorten them.
STATES = frozenset(
    "Ala Ariz Ark Cal Calif Colo Conn Del Fla Ga Haw Ill Ind Kan Kans Ky La Mass Md Me Mich Minn Miss Mo Mont Neb "
    "Nev Okla Or Ore Pa Penn Tenn Tex Va Vt Wash Wis Wisc Wyo N.Y N.J N.H N.C S.C N.D S.D N.M R.I W.Va Ont Que "
    "Alta".split()
)
# Titles of laws, courts, agencies and books.
CITATIONS = frozenset(
    "Adm Admin Agric Alc Amend Amends Ann Appx Assoc Atty Auth Bankr Bd Bev Bk Bldg Cas Cent Ch Chap Chaps Chs "
    "Cir Civ Cl Cls Com Comm Comm'n Comm'r Comp Cong Cons Consol Const Consum Corr Crim Ct Ctr Cts Dep Dep't Dept "
    "Depts Dir Dist Div Dkt Econ Educ Elec Eng'g Env't Envtl Evid Exec Exh Exhs Exp Ext Fam Fed Fig Figs Gov "
    "Gov't Govs Govt Hosp Hous Indem Indus Ins Jud Juv Legis Lic Litig Mgmt Mgt Mil Mun Nat Nat'l Natl Nos Not "
    "Ord Ords Org Para Paras Pars Pers Phil Priv Prob Proc Prot Pt Pts Pub Pubs Reg Regs Resp Rev Rptr Sch Sched "
    "Sci Sec Sec'y Secs Serv Servs Sess Soc Stat Stats Std Stds Subch Subd Subdiv Subpar Subpara Subpt Subsec "
    "Subtit Sup Supp Supps Supr Sur Surr Tbl Tbls Tel Tit Tits Transp Treas Trib Twp Unif Univ Util Utils Veh "
    "Vill Vol Vols Welf Wildl Wkrs Yr".split()
)
# Those that are also words, as in "our App": only next to another abbreviation or a law.
ALSO_PLAIN = frozenset(
    "App Bus Def Dev Doc Docs Dom Ed Eds Emp Ex Fin Fish Found Gen Hum Ind Info Inst Inv Lab Leg Lib Lit Loc Mar "
    "Med Mem Mot Off Op Ops Par Pen Prod Prop Rec Recs Rel Rep Reps Res Sav Sub Super Tab Tech Vet Wks".split()
)
LAWS = frozenset("law laws code codes act acts stat statutes rules regulations".split())
# Parts of laws and books before their number, and other short words that are not English words by themselves.
REFERENCES = frozenset(
    "art arts abs cl cls ch chs chap chaps subd subdiv subsec subpar subpara subpt subch subtit tit par pars para "
    "paras pt pts sec secs vol vols fig figs tbl pp p n nn no nos nr lit reg regs appx sched stat stats ext tel "
    "fax ph dept depts div dist est seq misc temp orig avg ed eds ibid id op cit att supp annot amend núm pág ej "
    "ud uds".split()
)
# Streets and what follows them in an address.
STREETS = frozenset(
    "st ave av blvd rd ln dr ct pl sq hwy pkwy pky ter terr cir ste apt fl flr rm bldg n.w n.e s.w s.e".split()
)
MONTHS_AND_DAYS = frozenset(
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun".split()
)
# After a name.
AFTER_NAMES = frozenset("jr sr esq ph.d m.d j.d ll.m ll.b ed.d psy.d d.o m.b.a c.p.a r.n".split())
# Short words that are abbreviations only before a number, a single letter or a lowercase letter.
ALSO_NUMBERED = frozenset(
    "no art par fig id ext fax est ed op reg lit temp mar sat sun wed mon dec jan del co cos pt dist div st ave "
    "rm fl ind n p ph ct".split()
)
# A letter after one of these ends a sentence more easily than an initial does: "Form C. The form is …".
LETTERED = tuple(
    f" {word}"
    for word in "form part annex appendix schedule exhibit plan class category tier section group title level option "
    "type table figure app appx sched ex exh vitamin grade phase step attachment addendum article chapter paragraph "
    "clause".split()
)
# Names that end in "!" or "?".
MARKED_NAMES = frozenset(
    "yahoo kahoot jeopardy joomla yum guess which ahoy e oklahoma wham hello ok panic airplane".split()
)
# The first words of most sentences that follow an abbreviation. None of them is the second word of a usual name.
FIRST_WORDS = frozenset(
    "we you your yours our ours the this these that those they their theirs it its he she his her i a an if when "
    "whenever where wherever while unless until once because since although though however therefore thus hence "
    "otherwise instead moreover furthermore additionally also then so and but or nor yet for in on at by to from "
    "with without within under upon after before during as about above below between among across through "
    "throughout despite regarding concerning subject pursuant except any anyone all some someone each every "
    "everyone both neither either no nobody none not nothing never only such other others another most many much "
    "more several few there here what which who whose whom why how do does did don please see compare try use tap "
    "press choose select contact call write visit click send note read ask let just even still again now today "
    "later next first second third finally".split()
)
# Those of them that also open a sentence with a lowercase letter.
SMALL_FIRST_WORDS = frozenset("we you they it i he she this these those our your their do does did".split())
TIMES = frozenset(("a.m", "p.m"))
ABBREVIATIONS = frozenset().union(
    AFTER_NAMES,
    ALSO_PLAIN,
    CITATIONS,
    COMPANIES,
    MONTHS_AND_DAYS,
    NEVER_LAST,
    OFTEN_LAST,
    PLACES,
    REFERENCES,
    STATES,
    STREETS,
    TIMES,
)
