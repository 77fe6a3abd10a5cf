## 工作人员
office-overview = 工作台
