## My credit: navigation
my-overview = My credit
my-looks = Who looked at me
my-messages = Events about me
my-consents = My consents
my-report = Report and download

## My credit: overview
my-lead = Everything that the platform holds about you. Looking at it is free, as often as you like.
my-article-34 = Article 34
my-about = Credit subject
my-held = The code under which this was filed failed its check. Until it is verified, nobody but you sees these records.
my-figure-records = { $count ->
    [one] record
   *[other] records
}
my-figure-adverse = of untrustworthiness
my-figure-ends = the next day on which a record leaves display
my-figure-ends-none = no record is about to leave display
my-figure-looks = the last time someone looked
my-figure-looks-none = nobody else has looked yet
my-recent = Who looked of late
my-recent-none = So far no office and nobody else has looked at you, nor been refused a look.
my-recent-all = See all looks
my-adverse = Information on untrustworthiness
my-adverse-note = Each record leaves display by itself after the last day stated beside it; you need not ask.
my-adverse-none = No information on untrustworthiness is held about you.
my-minor = Minor (never displayed)
my-minor-note = Minor information on untrustworthiness is never displayed; only you and offices with a duty see it. There is nothing to restore.
my-minor-none = Nothing minor is held about you.
my-other = Permits, commendations and other information
my-other-none = No other information is held about you.
my-basic = Basic information
my-basic-none = No basic information is held about you.
my-own-entry = This look of yours is journalled too, as entry { $count }. It stands under “yourself”, apart from the looks of others.
my-own-entry-link = Receipt
my-missing = If a record is wrong or not to be disclosed, object to it beneath the record itself; if one is missing, ask the office that should have filed it.

## My credit: records
my-record-content = What the record says
my-record-history-link = Its whole history, and who saw it
my-record-seen-by = Who can see it
my-record-can = What you can do
my-record-marks = Standing
my-mark-revoked = revoked by the office
my-mark-restored = credit restored
my-mark-withdrawn = withdrawn by you
my-mark-minor = minor, never displayed
my-mark-held = code not verified
my-mark-ended = display has ended
my-mark-stopped = display and sharing stopped after an objection
my-display-minor = Minor, never displayed
my-sees-everyone = Everyone, on the public page
my-sees-any-office = Any office that performs a duty of Article 20, with the number of the matter
my-sees-offices = Only offices that perform one of these duties, with the number of the matter:
my-sees-duty-separator = {", "}
my-sees-filing-office = The office that filed it, for a duty of its own
my-sees-consent = Whoever has your written consent
my-sees-you = You
my-sees-only-you = Only you. The office that filed it may open its own statement to check and correct it.
my-withdraw = Withdraw from display
my-resume = Display again
my-record-version = Version { $count }
my-record-history = The history of this record
my-record-looks = Who saw this record
my-record-looks-none = Nobody else has seen this record yet.
my-record-more-looks = For older looks see
my-record-changed = What was corrected
my-record-before = Before
my-record-after = Now
my-record-empty = (empty)
my-record-back = Back to all records
my-record-item = Catalogue item
my-record-number = Record { $count }
my-receipt = Receipt (journal entry { $count })
my-done = It is done
my-done-receipt = It is journal entry { $count }. Keep the receipt: it proves that this was done, and anyone can check it.

## My credit: confirmations
my-confirm-withdraw = Withdraw this record from display?
my-confirm-withdraw-lead = As soon as you confirm, nobody but you sees it: not the public, not offices, not those with your consent. You need no reason. Nothing is erased, and you can have it displayed again whenever you like.
my-confirm-resume = Display this record again?
my-confirm-resume-lead = As soon as you confirm, it is displayed and shared again as the catalogue says. You can withdraw it again whenever you like.
my-confirm-revoke = Take this consent back?
my-confirm-revoke-lead = As soon as you confirm, it opens nothing any more. You need no reason. Looks that were taken before stay in your log.
my-confirm-back = No, go back
my-article-35 = Article 35

## My credit: who looked
my-looks-lead = Every look is journalled before it is answered, and so is every look that was refused. Nobody can remove one afterwards.
my-looks-filter = Show
my-looks-others = Others
my-looks-own = Yourself
my-looks-all = Everyone
my-looks-none-others = No office and nobody else has looked at you, nor been refused a look.
my-looks-none-own = You have not looked yourself.
my-looks-none-here = There is none among the newest; older ones are in the whole list.
my-looks-older = Older
my-looks-newest = Back to the newest
my-looks-paging = Pages
my-look-own = You yourself
my-look-another-subject = Another subject
my-look-operator = The operator of the platform (big data centre)
my-look-refused = refused
my-look-claimed = Entered at the console by the operator, for this office
my-look-why = Why
my-look-duty = duty: { $duty }
my-look-matter = Matter
my-look-why-own = Your own information
my-look-why-consent = By your consent number { $count }
my-look-why-filing = Opened a record that the office itself had filed, to check or correct it
my-look-why-verification = The big data centre opened one of your records to verify your code
my-looks-lost = The content of some looks is missing
my-look-saw = Saw
my-look-saw-nothing = No record
my-look-saw-all = { $count ->
    [one] { $count } record
   *[other] { $count } records
}
my-look-withheld = Not shown
my-look-withheld-count = { $count ->
    [one] { $count } record
   *[other] { $count } records
}:{" "}
my-look-refused-because = Refused because

## My credit: messages
my-messages-lead = Everything that was done about you and your records, and notices of security incidents that concern you. The newest come first.
my-messages-none = Nothing has been done about you yet.
my-message-by = By
my-message-record = Record
my-message-reason = Reason
my-happened-filed = A record about you was filed
my-happened-corrected = A record about you was corrected
my-happened-revoked = A record about you was revoked
my-happened-restored = Your credit was restored as to a record
my-happened-withdrawn = A record was withdrawn from display at your wish
my-happened-resumed = A record is displayed again at your wish
my-happened-verified = Your code was verified
my-happened-registered = Your identifier was entered for the first time and got a number within the platform
my-happened-consented = You gave a consent
my-happened-consent-revoked = You took a consent back
my-happened-erased = Information about you was erased
my-happened-told = Notice of a security incident that concerns your information
my-happened-looked = Someone looked at you, and your identifier was entered for the first time
my-happened-other = Something else was done
my-notice-kind = Incident
my-notice-number = Number of the incident
my-notice-noticed = Noticed
my-notice-happened = What happened
my-notice-measures = What was done about it
my-notice-contact = Whom to ask
my-notice-records = Records concerned
my-notice-entries = Looks concerned (journal)

## My credit: consents
my-consents-lead = Without your written consent nobody else may inquire into your credit information. A consent holds for the items, the purpose and the days that it names, and you can take it back whenever you like, without a reason.
my-consents-none = You have given no consent.
my-consent-number = Consent number { $count }
my-consent-grantee = To
my-consent-items = Items
my-consent-purpose = Purpose
my-consent-until = Until
my-consent-uses = Uses left
my-consent-uses-unlimited = as often as needed until then
my-consent-open = in force
my-consent-revoked = withdrawn
my-consent-expired = ended
my-consent-used-up = used up
my-consent-take-back = Take back
my-consent-give = Give a consent
my-consent-give-lead = You decide who may look, at which items, for what and until when. When they look, you see it under “Who looked at me”.
my-consent-form-name = Name of whoever may look
my-consent-form-code = Their full identifier
my-consent-form-code-hint = The unified social credit code or the number of a document. Only the one whose identifier is the same can use this consent.
my-consent-form-items = Items that they may look at
my-consent-form-items-hint = Choose one at least. What you do not choose, they do not see.
my-consent-form-purpose = Purpose
my-consent-form-day = Last day
my-consent-form-day-hint = The day itself is included.
my-consent-form-uses = How often at most
my-consent-form-uses-hint = Leave it empty for as often as needed until the last day.
my-consent-form-send = Give this consent
my-consent-form-wrong = Please correct this
my-consent-form-fault-name = Enter their name, 200 characters at most.
my-consent-form-fault-code = Enter their full identifier.
my-consent-form-fault-purpose = Enter the purpose, 500 characters at most.
my-consent-form-fault-day = Enter a day such as 2027-01-31.
my-consent-form-fault-uses = Enter a whole number from one up, or leave it empty.

## My credit: report
my-report-title = Report on one’s own public credit information
my-report-lead = This is everything that the platform holds about the credit subject named here.
my-report-print = Print
my-report-download = Download everything (JSON)
my-report-download-note = The file holds all records, consents, looks and everything that was done.
my-report-note = This report is for the subject’s own use. Nobody may force you to hand it over; the platform gives no one a score, a grade or a rank.
my-report-identifier = Identifier
my-report-name = Name, or who acts
my-report-mandate = Authority to act
my-report-kind = Kind of subject
my-report-day = Made
my-report-size = Size of the journal then
my-report-entries = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
}
my-report-entry = Journal entry of this look
my-report-law = Rules applied
my-report-catalogue = Edition of the catalogue
my-report-records = Records
my-report-looks = Who looked within the last year (without yourself)
my-report-looks-none = Nobody else looked within the last year.
my-report-own-looks = { $count ->
    [one] You yourself looked { $count } time in that time.
   *[other] You yourself looked { $count } times in that time.
}
my-report-when = When
my-report-who = Who
my-report-why = Why
my-report-what = Outcome
my-report-consents = Consents
my-report-check = By the journal entry above anyone finds the receipt, and checks it, at

## Receipts
receipt-title = Check a receipt
receipt-lead = A receipt is a promise under the platform’s signature: that something was journalled under a number. Check it here, or with tools of your own.
receipt-local = The check is made in your browser; nothing is sent.
receipt-no-script = No script runs here: the receipt is sent to the server, which checks it. If you would rather not rely on the server, check it offline with the command below.
receipt-unable = Your browser cannot check Ed25519 signatures. When you press the button, the receipt is sent to the server, which checks it.
receipt-text = Receipt (JSON)
receipt-text-hint = Paste the whole content of the receipt’s file.
receipt-file = Or choose the receipt’s file
receipt-key = The journal’s public key
receipt-key-hint = This is the key that the platform publishes. To be careful, compare it with one that you had from elsewhere or kept earlier; where they differ, enter your own.
receipt-verify = Check
receipt-result = Result
receipt-by-browser = Checked by your browser; nothing was sent.
receipt-by-server = It is the server that says so. Not to rely on it, check the receipt in a browser that runs scripts, or offline with the command below.
receipt-holds = The receipt holds: the journal promised this entry, and it stands in a signed checkpoint.
receipt-holds-promise = The promise holds: the journal promised this entry under its signature. The receipt has no proof of a checkpoint yet; fetch it again a little later and check that too.
receipt-fails = The receipt does not hold. Below you see which step fails.
receipt-unreadable = This is no receipt, or it is damaged so that it cannot be read. Paste the whole content of the file.
receipt-bad-key = The public key cannot be read. Its form is name+number+key.
receipt-steps = Step by step
receipt-step-holds = holds
receipt-step-fails = fails
receipt-step-not_checked = not checked
receipt-key-step = The key that the receipt names
receipt-key-what = It is the key above.
receipt-key-wrong = The receipt names another key: it is not of this journal, or it was changed.
receipt-journal-step = The journal that the receipt names
receipt-journal-what = It is the journal whose key this is.
receipt-journal-wrong = The receipt names another journal.
receipt-leaf-step = What is public of the entry
receipt-leaf-what = It can be read, and its number is the receipt’s.
receipt-leaf-wrong = It was changed, or it is of another number.
receipt-promise-step = The signed promise
receipt-promise-what = The journal signed this number, this content and this summary (Ed25519).
receipt-promise-wrong = The signature does not hold, or it is of another number, content or summary.
receipt-checkpoint-step = The signed checkpoint
receipt-checkpoint-what = The journal signed its size and its root (Ed25519).
receipt-checkpoint-wrong = The checkpoint’s signature does not hold, or it is of another journal.
receipt-inclusion-step = The entry stands in the journal
receipt-inclusion-what = From the entry, digest by digest (SHA-256), one comes to the checkpoint’s root.
receipt-inclusion-wrong = One does not come to the checkpoint’s root: the entry is not under this checkpoint, or the proof was changed.
receipt-none = The receipt has no such part.
receipt-says = What the receipt says
receipt-says-entry = Journal entry
receipt-says-minute = When
receipt-says-kind = Act
receipt-says-office = Office
receipt-says-article = Article
act-proposed = Act proposed
act-authority-enrolled = Authority enrolled
act-batch-closed = Batch completed
act-batch-opened = Batch begun
act-catalogue-published = Catalogue published
act-consent-granted = Consent given
act-consent-revoked = Consent withdrawn
act-department-notified = Department notified
act-display-resumed = Display resumed
act-display-withdrawn = Display ended
act-identifier-verified = Code verified
act-incident-classified = Incident classified
act-incident-closed = Incident closed
act-incident-contained = Incident contained
act-incident-registered = Incident registered
act-inquiry-answered = Inquiry
act-inquiry-refused = Refused inquiry
act-key-issued = Key issued
act-key-revoked = Key revoked
act-key-rotated = Key replaced
act-proposal-approved = Proposal approved
act-proposal-rejected = Proposal rejected
act-record-corrected = Record corrected
act-record-filed = Record filed
act-record-restored = Record restored
act-record-revoked = Record revoked
act-subject-registered = Subject entered for the first time
act-subject-told = Subject told
receipt-read-article = Read the article
receipt-no-entry = The journal has no entry of this number. Check the number, or paste a receipt below.
receipt-offline = Check it offline with the command
receipt-raw = The receipt’s file (JSON)
receipt-of-entry = The receipt of journal entry { $count } is filled in below.
