//! Permissions and the roles that hold them. "Who may" is written here and nowhere else.
//!
//! The table role × permission is checked in as `docs/generated/permissions.txt` and compared by a test.

use serde::{Deserialize, Serialize};

/// Each role holds everything that the role before it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Viewer,
    Operator,
    Engineer,
    Admin,
}

impl Role {
    pub const ALL: &[Role] = &[Role::Viewer, Role::Operator, Role::Engineer, Role::Admin];

    pub fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Operator => "operator",
            Role::Engineer => "engineer",
            Role::Admin => "admin",
        }
    }

    pub fn parse(name: &str) -> Option<Role> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }

    pub fn may(self, permission: Permission) -> bool {
        self >= permission.least_role()
    }
}

/// One thing that can be done. A permission names the act and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// The caller's own profile and sign-out.
    SelfManage,
    AssetRead,
    /// Say that what one source sees is a machine of its own, and take it back.
    AssetSplit,
    /// Declare sites, environments and projects, and pair sites.
    EstateWrite,
    ConnectorRead,
    ConnectorSync,
    ConnectorManage,
    ImageRead,
    ImageWrite,
    MappingRead,
    MappingWrite,
    DriftRead,
    DriftDetect,
    VulnerabilityRead,
    SbomRead,
    SbomImport,
    FeedRead,
    FeedSync,
    PlanRead,
    /// Say what is to be changed; doing it, and approving it, are acts of their own.
    PlanCreate,
    ViewRead,
    /// Keep a view for oneself.
    ViewSave,
    /// Show a view to everybody of the organisation, and take such a one away.
    ViewShare,
    PolicyRead,
    /// Save rules that every plan is judged by.
    PolicyWrite,
    EventRead,
    TokenManage,
    MemberRead,
    MemberManage,
    OrganizationRead,
    OrganizationManage,
    AuditRead,
    /// Say who else runs the installation.
    InstallationManage,
}

impl Permission {
    pub const ALL: &[Permission] = &[
        Permission::SelfManage,
        Permission::AssetRead,
        Permission::AssetSplit,
        Permission::EstateWrite,
        Permission::ConnectorRead,
        Permission::ConnectorSync,
        Permission::ConnectorManage,
        Permission::ImageRead,
        Permission::ImageWrite,
        Permission::MappingRead,
        Permission::MappingWrite,
        Permission::DriftRead,
        Permission::DriftDetect,
        Permission::VulnerabilityRead,
        Permission::SbomRead,
        Permission::SbomImport,
        Permission::FeedRead,
        Permission::FeedSync,
        Permission::PlanRead,
        Permission::PlanCreate,
        Permission::ViewRead,
        Permission::ViewSave,
        Permission::ViewShare,
        Permission::PolicyRead,
        Permission::PolicyWrite,
        Permission::EventRead,
        Permission::TokenManage,
        Permission::MemberRead,
        Permission::MemberManage,
        Permission::OrganizationRead,
        Permission::OrganizationManage,
        Permission::AuditRead,
        Permission::InstallationManage,
    ];

    /// `noun:verb`, as written in token scopes and in the OpenAPI document.
    pub fn name(self) -> &'static str {
        match self {
            Permission::SelfManage => "self:manage",
            Permission::AssetRead => "asset:read",
            Permission::AssetSplit => "asset:split",
            Permission::EstateWrite => "estate:write",
            Permission::ConnectorRead => "connector:read",
            Permission::ConnectorSync => "connector:sync",
            Permission::ConnectorManage => "connector:manage",
            Permission::ImageRead => "image:read",
            Permission::ImageWrite => "image:write",
            Permission::MappingRead => "mapping:read",
            Permission::MappingWrite => "mapping:write",
            Permission::DriftRead => "drift:read",
            Permission::DriftDetect => "drift:detect",
            Permission::VulnerabilityRead => "vulnerability:read",
            Permission::SbomRead => "sbom:read",
            Permission::SbomImport => "sbom:import",
            Permission::FeedRead => "feed:read",
            Permission::FeedSync => "feed:sync",
            Permission::PlanRead => "plan:read",
            Permission::PlanCreate => "plan:create",
            Permission::ViewRead => "view:read",
            Permission::ViewSave => "view:save",
            Permission::ViewShare => "view:share",
            Permission::PolicyRead => "policy:read",
            Permission::PolicyWrite => "policy:write",
            Permission::EventRead => "event:read",
            Permission::TokenManage => "token:manage",
            Permission::MemberRead => "member:read",
            Permission::MemberManage => "member:manage",
            Permission::OrganizationRead => "organization:read",
            Permission::OrganizationManage => "organization:manage",
            Permission::AuditRead => "audit:read",
            Permission::InstallationManage => "installation:manage",
        }
    }

    pub fn parse(name: &str) -> Option<Permission> {
        Self::ALL
            .iter()
            .copied()
            .find(|permission| permission.name() == name)
    }

    /// The permission to read what this one changes. Whoever lacks that too is told 404 and not 403, so that nobody
    /// learns what exists by trying to change it.
    pub fn read(self) -> Permission {
        match self {
            Permission::AssetSplit | Permission::EstateWrite => Permission::AssetRead,
            Permission::ConnectorSync | Permission::ConnectorManage => Permission::ConnectorRead,
            Permission::ImageWrite => Permission::ImageRead,
            Permission::MappingWrite => Permission::MappingRead,
            Permission::DriftDetect => Permission::DriftRead,
            Permission::SbomImport => Permission::SbomRead,
            Permission::FeedSync => Permission::FeedRead,
            Permission::PlanCreate => Permission::PlanRead,
            Permission::ViewSave | Permission::ViewShare => Permission::ViewRead,
            Permission::PolicyWrite => Permission::PolicyRead,
            Permission::MemberManage | Permission::InstallationManage => Permission::MemberRead,
            Permission::OrganizationManage => Permission::OrganizationRead,
            read => read,
        }
    }

    /// What it changes belongs to all organisations together: beside the role it needs the mark of those who run the
    /// installation.
    pub fn is_of_installation(self) -> bool {
        matches!(self, Permission::FeedSync | Permission::InstallationManage)
    }

    pub fn least_role(self) -> Role {
        match self {
            Permission::SelfManage
            | Permission::AssetRead
            | Permission::ConnectorRead
            | Permission::ImageRead
            | Permission::MappingRead
            | Permission::DriftRead
            | Permission::VulnerabilityRead
            | Permission::SbomRead
            | Permission::FeedRead
            | Permission::PlanRead
            | Permission::ViewRead
            | Permission::ViewSave
            | Permission::PolicyRead
            | Permission::EventRead
            | Permission::OrganizationRead => Role::Viewer,
            Permission::ConnectorSync
            | Permission::DriftDetect
            | Permission::PlanCreate
            | Permission::ViewShare => Role::Operator,
            Permission::AssetSplit
            | Permission::EstateWrite
            | Permission::ImageWrite
            | Permission::MappingWrite
            | Permission::SbomImport
            | Permission::FeedSync
            | Permission::MemberRead
            | Permission::AuditRead => Role::Engineer,
            Permission::ConnectorManage
            | Permission::PolicyWrite
            | Permission::TokenManage
            | Permission::MemberManage
            | Permission::OrganizationManage
            | Permission::InstallationManage => Role::Admin,
        }
    }
}
