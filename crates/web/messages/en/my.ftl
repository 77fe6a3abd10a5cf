## My credit
my-overview = My credit
