## The operator's desk
operations-overview = Operation
