//! What each undertaking is called (Articles 6, 19).

use super::Undertaking;
use crate::ruling::Bilingual;

impl Undertaking {
    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::ReadPublic => Bilingual::new("查阅公开信息", "read what is disclosed"),
            Self::FileBatch => Bilingual::new("报送信息", "file a batch"),
            Self::ReadBatch => Bilingual::new("查看报送批次", "read a batch's report"),
            Self::CorrectRecord => Bilingual::new("更正信息", "correct a record"),
            Self::RevokeRecord => Bilingual::new("撤销信息", "revoke a record"),
            Self::RestoreRecord => Bilingual::new("信用修复", "restore credit as to a record"),
            Self::OpenOwnFiling => Bilingual::new("查看本单位报送的记录", "open a record one's office filed"),
            Self::VerifyIdentifier => Bilingual::new("核实代码", "verify a code"),
            Self::InquireOwn => Bilingual::new("查询本人信息", "inquire into one's own"),
            Self::InquireForDuty => Bilingual::new("履职查询", "inquire for a duty"),
            Self::InquireByConsent => Bilingual::new("经同意查询", "inquire by consent"),
            Self::WithdrawDisplay => Bilingual::new("消除公示", "withdraw from display"),
            Self::ResumeDisplay => Bilingual::new("恢复公示", "resume the display"),
            Self::GrantConsent => Bilingual::new("授权同意", "give a consent"),
            Self::RevokeConsent => Bilingual::new("撤回同意", "take a consent back"),
            Self::EnrolAuthority => Bilingual::new("登记单位", "enrol an authority"),
            Self::PublishCatalogue => Bilingual::new("公布目录", "publish an edition of the catalogue"),
            Self::IssueKey => Bilingual::new("签发密钥", "issue a key"),
            Self::RevokeKey => Bilingual::new("撤销密钥", "revoke a key"),
            Self::ReadKeys => Bilingual::new("查看密钥清单", "read the list of keys"),
            Self::RegisterSubject => Bilingual::new("登记信用主体", "give a subject its number"),
            Self::EnterLaw => Bilingual::new("登记生效的法律版本", "enter what law took force"),
            Self::EndSession => Bilingual::new("结束登录", "end one's session"),
            Self::SignIn => Bilingual::new("登录", "sign in"),
            Self::RotateKey => Bilingual::new("更换密钥", "replace a key"),
            Self::EraseRecords => Bilingual::new("删除信息", "erase records"),
            Self::RevokeBatch => Bilingual::new("撤销整批信息", "revoke a batch"),
            Self::ProposeAct => Bilingual::new("提出双人办理事项", "propose an act for two"),
            Self::DecideProposal => Bilingual::new("批准或者驳回", "approve or reject a proposal"),
            Self::ReadProposals => Bilingual::new("查看待批事项", "read one's office's proposals"),
            Self::RegisterIncident => Bilingual::new("登记安全事件", "register an incident"),
            Self::HandleIncident => Bilingual::new("处理安全事件", "handle an incident"),
            Self::ReadIncidents => Bilingual::new("查看安全事件", "read the register of incidents"),
            Self::LodgeObjection => Bilingual::new("提出异议", "object to a record"),
            Self::ApplyForRestoration => Bilingual::new("申请信用修复", "apply for restoration"),
            Self::TakeBackCase => Bilingual::new("撤回案件", "take a case back"),
            Self::HandleCase => Bilingual::new("办理异议和修复", "handle a case"),
            Self::ReviewCase => Bilingual::new("复核异议答复", "review a decision on an objection"),
            Self::ReadOwnCases => Bilingual::new("查看本人案件", "read one's own cases"),
            Self::ReadCases => Bilingual::new("查看案件", "read cases"),
            Self::UndoRestoration => Bilingual::new("撤销修复", "undo a restoration"),
            Self::ReadNotices => Bilingual::new("查看变更通知", "read notices of changes"),
            Self::AcknowledgeNotice => Bilingual::new("回执变更通知", "acknowledge a notice"),
        }
    }
}
