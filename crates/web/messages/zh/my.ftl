## 我的信用
my-overview = 我的信用
