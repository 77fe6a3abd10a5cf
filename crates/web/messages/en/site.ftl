## All pages
site-name = Public credit information
skip-to-content = Skip to content
navigation = Main
visitor-navigation = Sign-in and language
nav-search = Search
nav-catalogue = Catalogue
nav-law = Law
nav-journal = Journal
nav-developers = Developers
nav-problems = Problems
nav-other-language = 中文
footer-law = Built on the Beijing Social Credit Regulations (Draft). Records follow the catalogue and leave display by themselves when their period ends.
yes = yes
no = no

## Front page
front-title = Home
front-heading = Look up the public credit information of an organisation
front-lead = Anyone can see, free of charge, the records about companies and other organisations that departments disclose by law: who decided, when, on which document, and until which day it is shown.
front-shown-heading = What is here
front-shown-text = Registrations, permits, penalties, commendations. What the catalogue does not list, no department may file.
front-shown-link = Read the catalogue
front-never-heading = What is never here
front-never-text = Nothing about a person, and nothing about a one-person business: no search by a person’s name, no score, no rank. Personal information opens only to the person, to those with their written consent, and to an office performing a legal duty; and the person sees every look.
front-never-link = Article 35
front-ends-heading = It ends by itself
front-ends-text = Information on untrustworthiness is shown for three years at most from the finding, and for less when it is less grave. The last day is stated from the beginning; nobody has to ask.
front-ends-link = Article 15
front-proved-heading = Check it yourself
front-proved-text = Every filing, correction and inquiry is written into a journal that nobody can change unseen, before it is answered. Anyone can download the journal and check it with tools of their own.
front-proved-link = How to check

## Search
search-title = Search organisations
search-label = Name or unified social credit code
search-button = Search
search-hint = At least two characters of the Chinese name, or the full code of 18 characters.
search-results = Results
search-none = No organisation matches.
search-none-shorter = Try a shorter, more distinctive part of the name.
search-none-code = If you entered a code, check all 18 characters.
search-none-people = Persons and one-person businesses cannot be searched here.
search-none-own = What is held about yourself you read when signed in:
search-none-own-link = My credit
search-paging = Pages
search-first-page = Back to the first page
search-next-page = Next page
search-kind = Kind
search-class = Information on display
search-any = All
search-none-filter = Try without the filters.
search-suggestions = Organisations that match
search-fault-short = Enter at least two characters.
search-fault-long = Enter at most 100 characters.

## Organisation
organisation-code = Unified social credit code
organisation-as-of = As of { $day }
organisation-records = { $count ->
    [one] Show { $count } record
   *[other] Show { $count } records
}
organisation-contents = On this page
organisation-count = { $count ->
    [one] { $count } record
   *[other] { $count } records
}
organisation-basic = Basic information
organisation-basic-note = Displayed long-term.
organisation-basic-none = No basic information is on display.
organisation-untrustworthiness = Information on untrustworthiness
organisation-untrustworthiness-note = Each record leaves display by itself after the last day stated beside it; nobody has to ask.
organisation-untrustworthiness-none = No information on untrustworthiness is on display.
organisation-other = Permits, commendations and other information
organisation-other-note = Displayed long-term, or until the day that the item states.
organisation-other-none = No other information is on display.
organisation-article-15 = Article 15
organisation-article-36 = Article 36
organisation-article-37 = Article 37
organisation-article-38 = Article 38
organisation-rights-heading = If this is your organisation
organisation-rights-object = You can object to what you find untrue or not to be disclosed.
organisation-rights-restore = Once the duty is performed you can apply for the restoration of credit.
organisation-rights-withdraw = You can have commendations, awards, volunteer service and the like withdrawn from display.
organisation-basis-heading = What this page rests on
organisation-basis-law = Rules applied:
organisation-basis-catalogue = Edition of the catalogue:
organisation-basis-data = For programs:

## Record
record-no-document = document number not disclosed
record-found = found on { $day }
record-valid-until-note = {" "}(by the document; it does not end the display)
record-filed = filed on { $day }
record-entry = journal entry { $count }, receipt
record-severity = severity:{" "}
record-masked = (partly hidden)
state-long-term = Displayed long-term
state-until = Displayed up to and including { $day }
state-days-left = { $count ->
    [one] { $count } day left
   *[other] { $count } days left
}
state-last-day = today is the last day
state-ended = No longer displayed
severity-minor = minor
severity-general = general
severity-serious = serious

## Catalogue
catalogue-title = Catalogue of public credit information
catalogue-edition = Edition
catalogue-lead = What may be filed, by whom, about whom, who sees it and for how long. What is not listed is not filed.
catalogue-article-11 = Article 11
class-basic = Basic information
class-untrustworthiness = Information on untrustworthiness
class-other = Other information
item-lead = Every element that the catalogue fixes for this item.
item-name = Name of the information
item-class = Class
item-national-kind = Kind in the national catalogue
item-providers = Providing units
item-subjects = Credit subjects
item-disclosure = Disclosure
item-display = Display period
item-sharing = Sharing category
item-usage = Usage authorisation
item-unmasked = Duties for which nothing is hidden
item-update = Update period
item-update-days = { $count ->
    [one] filed within { $count } working day of the finding
   *[other] filed within { $count } working days of the finding
}
item-bases = Legal basis
item-severity = Standard of severity
item-withdrawable = Withdrawn from display at the subject’s wish
item-format = Data format
item-format-note = Each line must be of this format; further columns are not kept. The whole JSON Schema:
item-all-duties = every duty of Article 20
item-no-duty = not for inquiries by offices
item-filing-office-only = the providing unit only
item-none = none
item-providers-others = { $count ->
    [one] {" "}and { $count } more
   *[other] {" "}and { $count } more
}
display-long-term = long-term (Article 15)
display-by-severity = three years at most from the finding, less when it is less grave (Article 15)
display-at-most = { $count ->
    [one] at most { $count } month, and never longer than Article 15 allows
   *[other] at most { $count } months, and never longer than Article 15 allows
}
display-extended = { $count ->
    [one] { $count } month, because a law or administrative regulation says so:
   *[other] { $count } months, because a law or administrative regulation says so:
}
disclosure-proactive = disclosed to everyone
disclosure-on_application = disclosed on application
disclosure-not_disclosed = not disclosed
sharing-unconditional = shared unconditionally
sharing-conditional = shared on conditions
sharing-not_shared = not shared
field-name = Field
field-code = Code in the templates
field-form = Written as
field-required = Required
field-public = Public
field-personal = Personal
form-text = text
form-day = day
form-ten_thousand_yuan = amount in 10,000 yuan
form-yuan = amount in yuan
form-integer = whole number
form-list = several, separated by semicolons

## Law
law-title = The law and the code
law-lead = Fifty-six articles: what each asks and what the platform does about it, with the rules, the acts and the tests that prove them. Where there is no code, the reason stands.
law-in-force = Rules that apply on { $day }:
law-carried = { $count ->
    [one] { $count } place in the code
   *[other] { $count } places in the code
}
law-why-none = no program, with the reason
law-nothing = no code yet
chapter-1 = I. General provisions
chapter-2 = II. Management of social credit information
chapter-3 = III. Credit oversight and management
chapter-4 = IV. Protection of credit subjects
chapter-5 = V. Credit service establishments
chapter-6 = VI. The social credit system
chapter-7 = VII. Legal responsibility
chapter-8 = VIII. Supplementary provisions
article-own-words = This is our summary, not the text of the article.
article-why-none = What no program carries out yet
article-open = What the article leaves open
article-open-note = What code cannot decide is declared beforehand, with the reason.
article-pages = Pages that show it
article-code = The program parts that carry it out
article-rules = Rules ({ $count })
article-acts = Acts ({ $count })
article-other-pages = Other pages and interfaces ({ $count })
article-tests = Tests that prove it ({ $count })
article-none = None.
article-paging = Neighbouring articles

## Journal
journal-title = Journal
journal-lead = Every act of the platform, every inquiry included, is written into the journal before it is answered. Once written, nobody can change or remove it unseen.
journal-article-53 = Article 53
journal-size = Entries
journal-origin = Name
journal-root = Root (SHA-256)
journal-checkpoint = Signed checkpoint
journal-checkpoint-note = A checkpoint states the journal’s name, size and root under the platform’s signature:
journal-key-note = The public key that checks the signature:
journal-proves = What it proves
journal-proves-1 = No entry that was journalled was changed, removed or moved.
journal-proves-2 = Every answer that the platform gave has its entry; a receipt is checked offline.
journal-proves-3 = The journal only grows: a new checkpoint contains the old one, and whoever kept the old one can check it.
journal-proves-not = What it does not prove
journal-proves-not-1 = That nobody read the disk behind the platform’s back.
journal-proves-not-2 = That what a department filed is true: for that there is the objection.
journal-proves-not-3 = Without independent witnesses, that everyone is shown the same journal: keep checkpoints and compare them.
journal-public = What of it is public
journal-public-note = Of each entry only its number, the time to the minute, the kind of act, the office, the article and a salted digest. Subject, record, officer and matter lie under the digest; no two entries can be joined.
journal-verify = How to check it yourself
journal-verify-receipt = A receipt is a small file that is checked offline:
journal-verify-mirror = The journal consists of static files that anyone can download and mirror:
journal-verify-other = The formats are public (C2SP tlog-tiles, tlog-checkpoint, signed-note, RFC 6962), so that it can be checked with tools that we did not write.

## Developers
developers-title = Developers
developers-lead = Everything on these pages is there for programs too; the description (OpenAPI 3.1):
developers-open = Open to everyone
developers-key = With a key
developers-key-note = The big data centre issues keys to offices with their duties. An inquiry names its duty and matter and is journalled before it is answered.
developers-article-20 = Article 20
developers-problems = Problems
developers-problems-note = Problems come as application/problem+json (RFC 9457). Where the law refused, each ground has its article and its remedy.

## Problems
problems-title = Problems
problems-lead = Every way in which a request gets no answer: what happened, and what to do.
problem-grounds = Grounds
problem-what-to-do = What to do:
problem-remedy-heading = What to do
problem-to-front = Back to the front page
problem-malformed-title = The request is malformed
problem-malformed-meaning = The request is not of the form that the description gives.
problem-malformed-remedy = Correct the field that is named, by the description, and try again.
problem-unauthorised-title = No valid key
problem-unauthorised-meaning = No key was given, or the one given opens nothing, has expired or was revoked.
problem-unauthorised-remedy = Send the key that the platform issued to you as a bearer token in the header Authorization.
problem-refused-title = The law does not allow it
problem-refused-meaning = Under the articles below this cannot be done for you.
problem-refused-remedy = Each ground says what you can do; if you find the refusal wrong, turn to the big data centre.
problem-not-found-title = Not found
problem-not-found-meaning = There is nothing here that can be shown to you.
problem-not-found-remedy = Check the address or the code. Nothing about persons and one-person businesses is public here.
problem-method-not-allowed-title = The address knows other methods
problem-method-not-allowed-meaning = The address does not serve this method.
problem-method-not-allowed-remedy = Use one of the methods in the header Allow.
problem-request-timeout-title = The request did not arrive in time
problem-request-timeout-meaning = The body did not arrive in the time for it.
problem-request-timeout-remedy = Check the connection and try again; nothing was done.
problem-idempotency-conflict-title = The idempotency key has another content
problem-idempotency-conflict-meaning = The same Idempotency-Key was used with another content before.
problem-idempotency-conflict-remedy = Use a new key for new content; to repeat the old content keep its key.
problem-too-large-title = The body is too long
problem-too-large-meaning = The body is longer than this address takes.
problem-too-large-remedy = Send it in smaller parts.
problem-unsupported-media-type-title = The body is of another kind
problem-unsupported-media-type-meaning = This address does not read bodies of this media type.
problem-unsupported-media-type-remedy = Use one of the media types in the description.
problem-content-refused-title = The law does not allow this content
problem-content-refused-meaning = Under the articles below the content cannot be accepted.
problem-content-refused-remedy = Correct it as each ground says, and send it again.
problem-too-many-requests-title = Too many requests
problem-too-many-requests-meaning = There were too many requests in a short time.
problem-too-many-requests-remedy = Try again after the seconds in the header Retry-After.
problem-head-too-large-title = The head is too long
problem-head-too-large-meaning = Address and headers are longer than the platform reads.
problem-head-too-large-remedy = Shorten the address or the headers.
problem-internal-title = The platform failed
problem-internal-meaning = Something broke inside; the operators find the cause in their log.
problem-internal-remedy = Try again later; a request repeated with its idempotency key is not done twice.
problem-overloaded-title = The platform is busy
problem-overloaded-meaning = Too much is waiting.
problem-overloaded-remedy = Try again after the seconds in the header Retry-After; nothing was done.
problem-too-slow-title = The answer did not come in time
problem-too-slow-meaning = The platform did not finish in time; the act may have been done.
problem-too-slow-remedy = Look whether it was done, or repeat it with the same idempotency key.
nav-sign-in = Sign in
sign-in-title = Sign in
sign-in-lead = See what is held about you and who looked; or act for your office.
sign-in-providers = With an account
sign-in-demo = The demo city’s people
sign-in-demo-note = These people are invented. Nobody signs in like this to a real platform.
sign-in-nowhere = No identity provider is set up here. Programs use keys.
account-title = Your sign-in
account-officer = officer of an authority
account-subject = credit subject
account-representative = acting for an organisation
account-operator = staff of the operator
account-office = Authority
account-duties = Duties for which you may inquire
account-no-duty = none
account-mandate = Authority to act
account-ends = Ends at the latest
account-sign-out = Sign out
signed-out-title = You are signed out
signed-out-lead = The session has ended here. What was done in it stays in the journal.
signed-out-provider = You may still be signed in at the identity provider.
signed-out-there = Sign out there as well

## Timeline
timeline-title = Timeline
timeline-show = By date
timeline-found = Decided:
timeline-last-day = Last day on display:
