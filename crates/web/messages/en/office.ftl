## The officer's desk
office-overview = Desk
