## Pages of someone who has signed in
nav-desk = My pages
nav-statistics = Statistics
desk-navigation = My pages
desk-officer = Officer of an authority
desk-representative = Acting for an organisation
desk-subject = Credit subject
desk-operator = Staff of the operator
