## 登录后的页面
nav-desk = 我的页面
nav-statistics = 统计
desk-navigation = 本人页面
desk-officer = 机关工作人员
desk-representative = 代表组织办理
desk-subject = 信用主体
desk-operator = 平台运行人员
