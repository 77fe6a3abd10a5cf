## Statistics
statistics-lead = These numbers are added up from the public part of the journal and from nothing else: anyone can add them up again.
statistics-size = Entries in the journal:
statistics-people = No record is opened for these statistics, and nothing in them is about anyone in particular.
statistics-month = Month
statistics-office = Office
statistics-filed = Records filed
statistics-answered = Inquiries answered
statistics-refused = Inquiries refused
statistics-corrected = Corrected or revoked
statistics-restored = Credit restored
statistics-withdrawn = Withdrawn from display
statistics-filed-by-month = Records filed in the last twelve months
statistics-inquiries-by-month = Inquiries in the last twelve months
statistics-mended-by-month = Corrections, restorations and withdrawals in the last twelve months
statistics-filed-by-office = Offices that filed most
chart-description = The numbers stand in the table below.
chart-table = Show as a table
