## 表单
form-wrong = 请改正以下内容
form-choose = 请选择
form-pause = 。

## 记录
record-under-objection = 异议中

## 案件：列表
my-cases = 我的异议和修复申请
my-cases-lead = 您提出的异议和信用修复申请：每件到了哪一步、谁在办理、最迟哪一天答复。
my-cases-none = 这里没有案件。要提出异议或者申请信用修复，请打开相应的记录：
cases-open = 办理中
cases-overdue = 逾期
cases-under-review = 复核中
cases-all = 全部
case-number = 案件第{ $count }号
case-case = 案件
case-office = 办理单位
case-lodged = 提出时间
case-state = 状态
case-due = 下一步与期限

## 案件：内容
my-case-lead = 从提出到最后的答复，每一步都记入日志，每一步都写明由谁办理、依据什么计算期限。
case-record = 记录
case-document = 文号
case-found = 认定日期
case-suspends = 决定之前，这条记录停止公示和共享。
case-outcome = 结果
case-points = 异议事项与逐点答复
case-point = 第{ $count }点
case-answer = 答复
case-evidence = 依据
case-point-upheld = 成立
case-point-not-upheld = 不成立
case-application = 申请内容
case-materials = 证明材料
case-material = 证明材料{ $count }
case-material-title = 名称
case-material-number = 文号或者编号（没有可不填）
case-material-text = 说明什么
case-deadlines = 期限
case-until = 最迟
case-taken = 办理于
case-source = 期限的出处：
case-moments = 经过
case-officer = 经办人
case-missing = 缺少的内容
case-lodged-objection = 提出异议，同时转送归集单位，记录标明“异议中”
case-lodged-restoration = 提出信用修复申请，同时转送作出认定的单位
case-accepted = 已受理
case-extended = 延长期限
case-decided-objection = 逐点答复
case-decided-restoration = 作出决定
case-review-requested = 申请复核
case-reviewed = 复核决定
case-returned = 退回补正
case-taken-back = 本人撤回

## 案件：本人还可以做什么
case-what-else = 您还可以
case-take-back = 撤回
case-take-back-note = 撤回之后，该案件不再办理，“异议中”的标注去掉；以后可以重新提出。
case-take-back-button = 确定撤回
case-ask-review = 申请复核
case-ask-review-note = 对答复不满意的，可以请社会信用主管部门复核一次，由没有经办过的人员办理。
case-ask-review-button = 提交复核申请
case-review-reason = 为什么不同意答复
case-review-reason-hint = 写明哪一点没有核查清楚，或者答复的依据有什么不对。不要写证件号码和电话号码。
case-again = 重新提出
case-elsewhere = 仍不服的，可以依法申请行政复议，或者向人民法院提起行政诉讼。
case-followed = 更正、删除或者修复之后，通知了谁、谁已经照办

## 提出异议
objection-title = 提出异议
objection-lead = 认为记录不实、不是本人的、不应公开、已经过时或者期限不对的，逐点写明。每一点都会得到答复和依据，由没有经办过该记录的人员核查。
objection-claim = 认为
objection-statement = 理由
objection-statement-hint = 写明哪里不对、应当是什么。不要写证件号码和电话号码。
objection-more = 再写几点（最多五点）
objection-materials = 附上证明材料（最多三件，可不填）
objection-note = 提交之后，这条记录在任何显示它的地方立即标明“异议中”，并转送归集它的单位。
objection-send = 提交异议
objection-fault-claim = 请选择认为哪里不对。

## 申请信用修复
restoration-title = 申请信用修复
restoration-lead = 履行了义务、过了最短公示期的，可以申请。修复之后，这条记录停止公示和共享，以它为依据的措施也随之解除。
restoration-conditions = 三项条件
restoration-condition-time = 最短公示期已满。
restoration-condition-duty = 已经履行决定的全部义务，有材料证明。
restoration-condition-words = 作出公开的信用承诺。
restoration-from = 最早可以申请的日期：
restoration-performance = 义务履行情况
restoration-performance-hint = 写明何时、怎样履行了决定的全部义务。
restoration-commitment = 信用承诺
restoration-commitment-hint = 用自己的话承诺所述属实、今后守信。以虚假材料取得的修复会被撤销，此后三年不予修复。
restoration-note = 缺少的内容会一次全部告知。不收任何费用。
restoration-send = 提交申请

## 一条记录上的权利
rights-of-record = 异议与修复
rights-not-now = 目前不能提出
rights-cases = 关于这条记录的案件：
rights-article-33 = 第三十三条
organisation-rights-way = 登录，在“我的信用”里对自己的记录提出异议或者申请修复

## 变更通知：本人
my-notices = 谁收到了更正
my-notices-lead = 您的记录被更正、停止公示、修复或者删除的，收到过它的每一个单位和取得同意的人都会得到通知，须在期限之内照办并回执。
my-notices-none = 还没有发出这样的通知：收到过您记录的单位和个人，没有需要照办的变更。
my-notices-public = 到期没有回执的单位，在下列页面上公开点名：
notice-recipient = 收到记录的
notice-what = 变更
notice-given = 通知时间
notice-due = 最迟
notice-corrected = 已更正
notice-removed = 已删除
notice-withdrawn = 已应本人要求停止公示
notice-display-stopped = 经异议停止公示
notice-restored = 已信用修复
notice-acknowledged = 已回执
notice-late = 逾期未回执
notice-open = 待回执

## 变更通知：单位
office-nav-notices = 变更通知
notices-lead = 本单位查询时收到过的记录，后来被更正、停止公示、修复或者删除的，须在期限之内照办并回执。到期没有回执的，对主体写明，并公开点名。
notices-open = 待回执
notices-none = 没有这样的通知。
notice-duty = 须办理
notice-done = 办理情况
notice-acknowledge = 回执

## 案件：单位
office-nav-cases = 异议与修复
office-cases-lead = 对本单位归集的记录提出的异议，和对本单位认定提出的修复申请。由没有经办过该记录的人员办理，逐点答复。
office-cases-none = 这里没有案件。
office-case-lead = 逐点核查，逐点答复，写明依据。主体看得到经办人的姓名、答复和期限。
office-case-record = 打开记录本身是一次查询，会记入日志，主体看得到。
case-not-you = 您不能办理此案
case-waits-for-review = 此案正在等待社会信用主管部门复核。
case-fault-choice = 请选择一项。
case-fault-field = 不是该字段的写法。
case-reason = 理由
case-accept = 受理
case-accept-note = 受理之后由您在期限之内办结；您的姓名会写在案件里。
case-accept-button = 受理
case-extend = 延长期限
case-extend-note = 只能延长一次，理由由主体阅读。
case-extend-button = 延长
case-decide = 逐点答复并决定
case-decide-note = 每一点写明是否成立、答复和依据。结果随提交立即生效，并通知收到过这条记录的每一方。
case-decide-button = 提交决定
case-upheld = 这一点
case-reply = 答复
case-outcome-hint = 有一点成立的，不能维持原记录；认定不是本人信息的，必须删除。更正或者补充的，在下面填写要改的字段。
case-corrections = 更正或者补充的字段（只填要改的，留空的不变）
case-send-back = 退回补正
case-send-back-note = 一次写明全部缺少的内容；申请人可以当天重新申请。
case-send-back-button = 退回
case-missing-hint = 每行一项。
case-grant = 决定是否修复
case-grant-note = 予以修复的，这条记录随提交停止公示和共享，并通知收到过它的每一方。不予修复的，写明理由。
case-granted = 决定
case-granted-yes = 予以修复
case-granted-no = 不予修复
case-review = 复核
case-review-note = 由没有经办过此案的人员办理。可以维持、停止公示或者删除；须更正的，责成归集单位更正。
case-review-button = 提交复核决定
case-undo = 撤销修复
case-undo-note = 只用于以虚假材料取得的修复：记录恢复公示到期满为止，该主体三年之内不予修复。
case-undo-button = 撤销修复

## 待办
waiting-heading = 待办
waiting-cases = 办理中的案件：{ $count }件
waiting-overdue = 逾期{ $count }件
waiting-notices = 待回执的变更通知：{ $count }件
my-waiting = 正在办理
my-waiting-notices = 逾期没有照办的变更通知：{ $count }件

## 运行单位
operations-cases = 异议与修复
operations-cases-lead = 全市逾期的、办理中的和复核中的案件。内容由主体和办理单位阅读，这里只有进度。
operations-cases-none = 这里没有案件。
operations-cases-overdue = 件异议或者修复逾期
operations-cases-under-review = 复核中{ $count }件

## 权利保障情况（公开）
rights-title = 异议与修复的办理情况
rights-lead = 各单位收到多少异议和修复申请，多少成立，多久答复，多少逾期；谁没有按通知更新所持有的信息。
rights-as-of = 统计截至
rights-offices = 各单位
rights-none = 还没有任何异议或者修复申请。
rights-objections = 异议
rights-answered = 已答复
rights-found-right = 成立
rights-median = 答复用时（中位，工作日）
rights-worst = 答复用时（最长，工作日）
rights-applications = 修复申请
rights-restored = 已修复
rights-overdue = 逾期案件
rights-notices-overdue = 逾期未回执
rights-note = 只有件数，没有任何人的信息。
rights-download = 下载（CSV）
rights-chart = 收到最多的单位
rights-default = 逾期没有照办的单位
rights-default-note = 记录被更正、停止公示、修复或者删除之后，收到过它的单位须在期限之内照办并回执。下列单位没有。
rights-default-none = 没有这样的单位。
rights-since = 最早的通知

## 经过
happened-objection = 您对一条记录提出了异议
happened-application = 您申请了信用修复
happened-case-accepted = 案件已受理
happened-case-extended = 案件延长了期限
happened-objection-decided = 异议已逐点答复
happened-restoration-decided = 修复申请已作出决定
happened-review-requested = 您申请了复核
happened-review-decided = 复核已作出决定
happened-application-returned = 修复申请退回补正
happened-case-taken-back = 您撤回了案件
happened-display-stopped = 一条记录经异议停止公示
happened-restoration-undone = 一项信用修复被撤销
happened-recipients-notified = 已通知收到过这条记录的各方
happened-notice-acknowledged = 收到通知的一方已回执
