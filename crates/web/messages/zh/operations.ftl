## 平台运行
operations-overview = 运行概况
