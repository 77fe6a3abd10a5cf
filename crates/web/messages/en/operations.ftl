## The operator's desk
operations-overview = Operation
operations-intake = Intake
operations-verification = Codes to verify
operations-keys = Keys
operations-incidents = Incidents
operations-overdue = Filings past their update period
operations-waiting = Records that wait for verification
operations-incidents-open = Incidents that are open
operations-incidents-overdue = { $count ->
    [one] { $count } with a step overdue
   *[other] { $count } with a step overdue
}
operations-refused = Lines refused in twelve months
operations-journal = Journal
operations-last-entry = Last entry
operations-checkpoint = Newest checkpoint covers
operations-uncovered = { $count ->
    [one] { $count } entry to come
   *[other] { $count } entries to come
}
operations-verify = To check every entry:
operations-jobs = Work under way
operations-batches = Batches
operations-no-batches = No batch is unfinished
operations-open-batches = { $count ->
    [one] { $count } batch unfinished
   *[other] { $count } batches unfinished
}
operations-ring = Key ring
operations-ring-key = Key { $count } is in use
operations-rotating = rotating
operations-search = Search by name
operations-search-ready = Ready
operations-search-building = Being built:
filter-button = Filter
intake-lead = When each department last filed, against the update period of the catalogue, and how much came in twelve months. Where nothing was decided there is nothing to file: being late is a question to the department, not a finding against it.
intake-overview = How each department stands
intake-late = Items overdue
intake-oldest = Oldest due day
intake-dormant = Items with nothing for a year
intake-overview-note = Choose a department to see each of its items. Items of which nothing came for a year are counted apart: nothing may have been decided.
intake-state = State
intake-overdue = overdue
intake-in-time = in time
intake-never = nothing filed yet
intake-unknown = not known
intake-filed-once = all
intake-none = No filing matches.
intake-item = Catalogue item
intake-last = Last filing
intake-due = Due by
intake-due-unknown = working days not published; reminder on { $day }
intake-filed = Filed
intake-unchanged = Unchanged
intake-refused = Refused
intake-batches = { $count ->
    [one] { $count } batch
   *[other] { $count } batches
}
intake-refusals = Most frequent grounds of refusal
verification-lead = Where the check of a subject’s code failed, its records are neither displayed nor given to inquiries until it is verified.
verification-article-14 = Article 14
verification-none = No record waits for verification.
verification-opening = The list says only where a record came from. Opening one is an inquiry: it is entered into the journal, and the subject sees it.
verification-record = Record
verification-place = Place
verification-batch = batch { $count },
verification-line = line { $count }
verification-filed = Filed on
verification-act = Action
verification-open = Open
verification-opened = Verify a code
verification-entered = This opening is entered into the journal, and the subject sees it:
verification-failed = The check that it fails:
verification-code = Code that was compared
verification-code-hint = Type the whole code afresh, as the registration has it; one that differs from the code that waits is not taken.
verification-reason = Document that was compared
verification-reason-hint = For instance the number of the registration authority’s letter.
verification-confirm = The code is right
verification-leave = Leave it for now
verification-done = The code is verified
verification-done-text = The subject’s records are no longer held back:
verification-back = Back to the list
keys-lead = Keys of programs and officers. The platform keeps only their digests: nobody sees a key here.
keys-none = There is no key yet.
keys-number = Number
keys-holder = Holder
keys-third-party = Third party with consent
keys-used = Last used
keys-ends = Ends
keys-never = —
keys-open = open
keys-ended = ended
keys-revoked = revoked
keys-key = Key
keys-label = What it is for
keys-reason = Reason
keys-revoke = Revoke the key
keys-revoke-note = At once and for good, together with the keys that were put in its place.
keys-all = All keys
incidents-lead = A named person registers an incident; each step has its deadline, and what is late is marked.
incidents-article-19 = Article 19
incidents-none = No incident matches.
incidents-incident = Incident
incidents-noticed = Noticed
incidents-severity = Severity
incidents-open = open
incidents-how = To register and handle an incident:
incidents-told = { $count ->
    [one] { $count } subject told
   *[other] { $count } subjects told
}
incidents-steps = Steps and deadlines
incidents-step = Step
incidents-until = Until
incidents-taken = Taken
incidents-history = What was done
incidents-all = All incidents
incident-ordinary = ordinary
incident-serious = serious
incident-grave = grave
incident-registered = Registered
incident-classified = Classified
incident-contained = Contained
incident-notified = Competent department notified
incident-told = Subjects told
incident-not-told = Not told, on a ground
incident-closed = closed
step-pending = to do
step-overdue = overdue
step-due-unknown = to do, deadline not known yet
step-taken = done
step-taken-late = done late
