## 统计
statistics-lead = 本页数字只由日志公开的部分相加而成，任何人都可以重新计算。
statistics-size = 日志条数：
statistics-people = 统计不打开任何记录，也不涉及任何特定的人。
statistics-month = 月份
statistics-office = 单位
statistics-filed = 报送记录
statistics-answered = 已答复的查询
statistics-refused = 被拒绝的查询
statistics-corrected = 更正和撤销
statistics-restored = 信用修复
statistics-withdrawn = 停止公示
statistics-filed-by-month = 近十二个月报送的记录
statistics-inquiries-by-month = 近十二个月的查询
statistics-mended-by-month = 近十二个月的更正、修复和停止公示
statistics-filed-by-office = 报送记录最多的单位
chart-description = 图中数字见下方表格。
chart-table = 以表格显示
