## Forms
form-wrong = Please mend this
form-choose = Choose
form-pause = .{" "}

## Records
record-under-objection = under objection

## Cases: lists
my-cases = My cases
my-cases-lead = What you objected to and what you applied for: how far each has come, who has it in hand, and by which day it is answered.
my-cases-none = There is no case here. To object or to apply for restoration, open the record:
cases-open = Open
cases-overdue = Overdue
cases-under-review = Under review
cases-all = All
case-number = Case { $count }
case-case = Case
case-office = Office
case-lodged = Lodged
case-state = State
case-due = Next step, and until when

## Cases: what stands in one
my-case-lead = From the first word to the last answer each step is journalled, with the officer who took it and how its deadline was counted.
case-record = Record
case-document = Document
case-found = Day of the finding
case-suspends = Until the decision this record is neither displayed nor shared.
case-outcome = What came of it
case-points = Points, and the answer to each
case-point = Point { $count }
case-answer = Answer
case-evidence = Evidence
case-point-upheld = found right
case-point-not-upheld = not found right
case-application = What is applied for
case-materials = Materials
case-material = Material { $count }
case-material-title = What it is called
case-material-number = Its number (leave empty where it has none)
case-material-text = What it shows
case-deadlines = Deadlines
case-until = by
case-taken = taken
case-source = Where the number of days is from:
case-moments = What happened
case-officer = officer
case-missing = What is missing
case-lodged-objection = Objection lodged, forwarded to the office that filed the record, which is marked as under objection
case-lodged-restoration = Application for restoration lodged and forwarded to the office that made the finding
case-accepted = Taken in hand
case-extended = Time extended
case-decided-objection = Answered point by point
case-decided-restoration = Decided
case-review-requested = Review asked for
case-reviewed = Review decided
case-returned = Returned to be completed
case-taken-back = Taken back by its subject

## Cases: what else one can do
case-what-else = What else you can do
case-take-back = Take it back
case-take-back-note = Nothing more is done in it then, and the mark leaves the record. You can begin anew later.
case-take-back-button = Take it back
case-ask-review = Ask for a review
case-ask-review-note = If you do not agree, the department in charge of social credit reviews the answer, once, by someone who had no hand in it.
case-ask-review-button = Ask for the review
case-review-reason = Why you do not agree
case-review-reason-hint = Say which point was not looked into, or what is wrong with the evidence. No identity or telephone numbers.
case-again = Begin anew
case-elsewhere = If you still disagree, you may apply for administrative reconsideration or go to court.
case-followed = Who was told of a correction, removal or restoration, and who has followed

## Objecting
objection-title = Object to it
objection-lead = If it is untrue, not yours, not to be disclosed, out of date or displayed for a wrong period, say so point by point. Each point is answered with evidence, by someone who had no hand in the record.
objection-claim = What is wrong
objection-statement = Why
objection-statement-hint = Say what is wrong and what it should be. No identity or telephone numbers.
objection-more = More points (five at most)
objection-materials = Materials that support it (three at most; none is needed)
objection-note = As soon as you send it, the record is marked as under objection wherever it is shown, and the office that filed it has the objection.
objection-send = Send the objection
objection-fault-claim = Choose what is wrong.

## Applying for restoration
restoration-title = Apply for restoration
restoration-lead = Once the duty is performed and the shortest display has run, you can apply. Restored means that the record is displayed and shared no more, and that what was based on it ends.
restoration-conditions = Three conditions
restoration-condition-time = The shortest display has run.
restoration-condition-duty = The whole duty of the decision is performed, and documents prove it.
restoration-condition-words = You give a credit commitment in public.
restoration-from = The earliest day of an application:
restoration-performance = How the duty was performed
restoration-performance-hint = Say when and how the whole duty of the decision was performed.
restoration-commitment = Credit commitment
restoration-commitment-hint = In your own words: that this is true, and that you keep your word from now on. What was got with false materials is undone, and nothing is restored for three years.
restoration-note = Everything that is missing is said at once. It is free.
restoration-send = Send the application

## Rights as to one record
rights-of-record = Objection and restoration
rights-not-now = It cannot be done now
rights-cases = Cases about this record:
rights-article-33 = Article 33
organisation-rights-way = Sign in, and object or apply for restoration as to your own records under My credit

## Notices: for the subject
my-notices = Who was told
my-notices-lead = When a record of yours is corrected, taken off display, restored or removed, every office and every holder of your consent who received it is told. Each must follow by a day and say so.
my-notices-none = No such notice was given yet: nobody who received your records has a change to follow.
my-notices-public = Offices that have not answered in time are named in public:
notice-recipient = Who received it
notice-what = Change
notice-given = Told
notice-due = By
notice-corrected = corrected
notice-removed = removed
notice-withdrawn = withdrawn from display by its subject
notice-display-stopped = taken off display after an objection
notice-restored = credit restored
notice-acknowledged = acknowledged
notice-late = late
notice-open = to be acknowledged

## Notices: for offices
office-nav-notices = Notices of changes
notices-lead = Records that your office received by an inquiry and that were corrected, taken off display, restored or removed since: follow by the day stated, and say so. Whoever has not is shown to the subject, and named in public.
notices-open = To be acknowledged
notices-none = There is no such notice.
notice-duty = What is to be done
notice-done = What was done
notice-acknowledge = Acknowledge

## Cases: for offices
office-nav-cases = Objections and restoration
office-cases-lead = Objections to records that your office filed, and applications for restoration as to its findings. Someone who had no hand in the record handles them, and answers point by point.
office-cases-none = There is no case here.
office-case-lead = Look into each point and answer it, with its evidence. The subject reads the officer's name, the answers and the deadlines.
office-case-record = To open the record itself is an inquiry: it is journalled, and the subject sees it.
case-not-you = You cannot handle this case
case-waits-for-review = This case waits for the review by the department in charge of social credit.
case-fault-choice = Choose one.
case-fault-field = It is not written as this field is.
case-reason = Reason
case-accept = Take it in hand
case-accept-note = You then bring it to an end in time; your name stands in the case.
case-accept-button = Take it in hand
case-extend = Extend the time
case-extend-note = Once only. The subject reads the reason.
case-extend-button = Extend
case-decide = Answer point by point, and decide
case-decide-note = Say of each point whether it is right, answer it, and name the evidence. What comes of it is in force as you send it, and everyone who received the record is told.
case-decide-button = Send the decision
case-upheld = This point is
case-reply = Answer
case-outcome-hint = With a point found right the record cannot stand as it was; what is found to be another's is removed. For a correction or a supplement fill in below what changes.
case-corrections = Fields to correct or add (only what changes; what is left empty stays)
case-send-back = Return it to be completed
case-send-back-note = Name at once everything that is missing; the applicant may apply again on the same day.
case-send-back-button = Return it
case-missing-hint = One a line.
case-grant = Decide whether credit is restored
case-grant-note = If it is, display and sharing of the record end as you send it, and everyone who received it is told. If it is not, say why.
case-granted = Decision
case-granted-yes = credit is restored
case-granted-no = credit is not restored
case-review = Review
case-review-note = By someone who had no hand in the case. The record stands, is taken off display or is removed; a correction is left to the office that filed it.
case-review-button = Send the review
case-undo = Undo the restoration
case-undo-note = Only where it was got with false materials: the record is displayed again for what is left of its period, and nothing of the subject is restored for three years.
case-undo-button = Undo the restoration

## What waits
waiting-heading = What waits
waiting-cases = { $count ->
    [one] { $count } open case
   *[other] { $count } open cases
}
waiting-overdue = { $count } overdue
waiting-notices = { $count ->
    [one] { $count } notice to acknowledge
   *[other] { $count } notices to acknowledge
}
my-waiting = What is under way
my-waiting-notices = { $count ->
    [one] { $count } notice that was not followed in time
   *[other] { $count } notices that were not followed in time
}

## The operator
operations-cases = Objections and restoration
operations-cases-lead = Cases of the whole city that are late, open or under review. What they say is for the subject and the offices that answer; here is only how far they are.
operations-cases-none = There is no case here.
operations-cases-overdue = cases of objection or restoration overdue
operations-cases-under-review = { $count } under review

## How the rights are kept (public)
rights-title = How objections and restoration are handled
rights-lead = How many objections and applications each office received, how many were found right, how long the answers took, how many are late; and who has not followed what it was told.
rights-as-of = As of
rights-offices = By office
rights-none = Nobody has objected or applied for restoration yet.
rights-objections = Objections
rights-answered = Answered
rights-found-right = Found right
rights-median = Working days, median
rights-worst = Working days, longest
rights-applications = Applications for restoration
rights-restored = Restored
rights-overdue = Cases overdue
rights-notices-overdue = Notices overdue
rights-note = Numbers of cases only, nothing about anyone.
rights-download = Download (CSV)
rights-chart = Offices that received most
rights-default = Offices that have not followed in time
rights-default-note = When a record is corrected, taken off display, restored or removed, the offices that received it follow by a day and say so. These have not.
rights-default-none = There is none.
rights-since = Oldest notice

## What happened
happened-objection = You objected to a record
happened-application = You applied for restoration
happened-case-accepted = A case was taken in hand
happened-case-extended = The time for a case was extended
happened-objection-decided = An objection was answered point by point
happened-restoration-decided = An application for restoration was decided
happened-review-requested = You asked for a review
happened-review-decided = A review was decided
happened-application-returned = An application was returned to be completed
happened-case-taken-back = You took a case back
happened-display-stopped = A record was taken off display after an objection
happened-restoration-undone = A restoration was undone
happened-recipients-notified = Everyone who received the record was told
happened-notice-acknowledged = Someone who was told has acknowledged it
