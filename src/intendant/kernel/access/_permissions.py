"""Permissions and roles, as data: what each role may do is one table that can be read at a glance."""

from enum import StrEnum


class Permission(StrEnum):
    """What a caller may do, as `domain:resource:verb`. Every route names one."""

    DECISION_READ = "kernel:decision:read"
    DECISION_CREATE = "kernel:decision:create"
    APPROVAL_READ = "kernel:approval:read"
    APPROVAL_ANSWER = "kernel:approval:answer"
    POLICY_READ = "kernel:policy:read"
    POLICY_PUBLISH = "kernel:policy:publish"
    COMPONENT_READ = "kernel:component:read"
    COMPONENT_CONTROL = "kernel:component:control"
    EFFECT_READ = "kernel:effect:read"
    EFFECT_UNDO = "kernel:effect:undo"
    AUDIT_READ = "kernel:audit:read"
    AUDIT_EXPORT = "kernel:audit:export"
    EVENT_READ = "kernel:event:read"
    ALERT_READ = "kernel:alert:read"
    ALERT_RESOLVE = "kernel:alert:resolve"
    LIST_READ = "kernel:list:read"
    LIST_MANAGE = "kernel:list:manage"
    """Keep the lists that rules look at, and mute a rule for a customer."""
    CHANNEL_READ = "kernel:channel:read"
    CHANNEL_MANAGE = "kernel:channel:manage"
    SECRET_READ = "kernel:secret:read"  # noqa: S105 - a name
    """See that a secret exists and where it may go; nobody reads its value back."""
    SECRET_MANAGE = "kernel:secret:manage"  # noqa: S105 - a name
    WEBHOOK_READ = "kernel:webhook:read"
    WEBHOOK_MANAGE = "kernel:webhook:manage"
    USAGE_READ = "kernel:usage:read"
    SYSTEM_READ = "kernel:system:read"
    """See whether the installation is well: processes, queues, database."""
    PERSON_READ = "kernel:person:read"
    """Find and export all that is held about a person, and what they consented to."""
    PERSON_CONSENT = "kernel:person:consent"
    PERSON_ERASE = "kernel:person:erase"
    RETENTION_MANAGE = "kernel:retention:manage"
    EVIDENCE_READ = "kernel:evidence:read"
    EVIDENCE_STATE = "kernel:evidence:state"
    """Put on record, in one's own name, that a control was seen to."""
    CONFIG_READ = "kernel:config:read"
    CONFIG_UPDATE = "kernel:config:update"
    SWITCH_READ = "kernel:switch:read"
    SWITCH_USE = "kernel:switch:use"
    TASK_READ = "kernel:task:read"
    TASK_MANAGE = "kernel:task:manage"
    SELF_READ = "access:self:read"
    USER_READ = "access:user:read"
    USER_MANAGE = "access:user:manage"
    KEY_READ = "access:key:read"
    KEY_MANAGE = "access:key:manage"
    ORGANIZATION_READ = "organizations:organization:read"
    ORGANIZATION_MANAGE = "organizations:organization:manage"
    PRODUCT_READ = "lending:product:read"
    PRODUCT_MANAGE = "lending:product:manage"
    APPLICATION_READ = "lending:application:read"
    APPLICATION_CREATE = "lending:application:create"
    OUTCOME_RECORD = "lending:outcome:record"
    LOAN_READ = "lending:loan:read"
    LOAN_SERVICE = "lending:loan:service"
    """Record what borrowers do: payments, promises, documents, calls."""
    LOAN_RELIEVE = "lending:loan:relieve"
    """Change what is owed: waivers, restructures, pauses, charge-off, write-off, reversals."""
    LEDGER_READ = "lending:ledger:read"
    LEDGER_MANAGE = "lending:ledger:manage"
    """Name accounts and close periods."""
    AI_READ = "ai_analytics:read"
    AI_CREATE = "ai_analytics:create"
    """Create models, datasets and metrics."""
    AI_UPDATE = "ai_analytics:update"
    AI_PREDICT = "ai_analytics:predict"
    AI_MANAGE = "ai_analytics:manage"
    """Train and deploy models, roll back, remove."""
    AI_DETECT = "ai_analytics:detect"
    """Look for anomalies, and say what becomes of them."""
    AI_GENERATE = "ai_analytics:generate"
    """Compute forecasts and insights."""
    AI_FEEDBACK = "ai_analytics:feedback"
    """Tell what really happened after a prediction or an anomaly."""
    AI_AUTOMATION = "ai_analytics:automation"
    """Create and manage workflows."""


class Role(StrEnum):
    """A place in an organisation. A super administrator is a flag of the user: owner of every organisation."""

    OWNER = "owner"
    ORGANIZATION_ADMIN = "organization_admin"
    MANAGER = "manager"
    OPERATOR = "operator"
    CLIENT = "client"
    READ_ONLY = "read_only"


RANK: dict[Role, int] = {
    Role.OWNER: 5,
    Role.ORGANIZATION_ADMIN: 4,
    Role.MANAGER: 3,
    Role.OPERATOR: 2,
    Role.READ_ONLY: 1,
    Role.CLIENT: 0,
}
"""Nobody grants, resets or disables above their own rank."""

TIER: dict[Role, str] = {
    Role.OWNER: "owner",
    Role.ORGANIZATION_ADMIN: "manager",
    Role.MANAGER: "manager",
    Role.OPERATOR: "operator",
}
"""The highest approval tier that a role may answer."""

_P = Permission

_SELF = frozenset({_P.SELF_READ})

_READ = _SELF | {
    _P.DECISION_READ,
    _P.APPROVAL_READ,
    _P.POLICY_READ,
    _P.COMPONENT_READ,
    _P.EFFECT_READ,
    _P.EVENT_READ,
    _P.ALERT_READ,
    _P.LIST_READ,
    _P.SWITCH_READ,
    _P.TASK_READ,
    _P.ORGANIZATION_READ,
    _P.PRODUCT_READ,
    _P.APPLICATION_READ,
    _P.LOAN_READ,
    _P.LEDGER_READ,
    _P.AI_READ,
}

_OPERATE = _READ | {
    _P.DECISION_CREATE,
    _P.APPROVAL_ANSWER,
    _P.ALERT_RESOLVE,
    _P.PERSON_CONSENT,
    _P.APPLICATION_CREATE,
    _P.OUTCOME_RECORD,
    _P.LOAN_SERVICE,
    _P.AI_PREDICT,
    _P.AI_DETECT,
    _P.AI_GENERATE,
    _P.AI_FEEDBACK,
}

_MANAGE = _OPERATE | {
    _P.POLICY_PUBLISH,
    _P.LIST_MANAGE,
    _P.CHANNEL_READ,
    _P.WEBHOOK_READ,
    _P.USAGE_READ,
    _P.SYSTEM_READ,
    _P.PERSON_READ,
    _P.COMPONENT_CONTROL,
    _P.EFFECT_UNDO,
    _P.AUDIT_READ,
    _P.CONFIG_READ,
    _P.SWITCH_USE,
    _P.TASK_MANAGE,
    _P.PRODUCT_MANAGE,
    _P.LOAN_RELIEVE,
    _P.LEDGER_MANAGE,
    _P.USER_READ,
    _P.AI_CREATE,
    _P.AI_UPDATE,
    _P.AI_MANAGE,
    _P.AI_AUTOMATION,
}

_ADMINISTER = _MANAGE | {
    _P.AUDIT_EXPORT,
    _P.CHANNEL_MANAGE,
    _P.SECRET_READ,
    _P.SECRET_MANAGE,
    _P.WEBHOOK_MANAGE,
    _P.PERSON_ERASE,
    _P.RETENTION_MANAGE,
    _P.EVIDENCE_READ,
    _P.EVIDENCE_STATE,
    _P.CONFIG_UPDATE,
    _P.USER_MANAGE,
    _P.KEY_READ,
    _P.KEY_MANAGE,
}

MATRIX: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _ADMINISTER | {_P.ORGANIZATION_MANAGE},
    Role.ORGANIZATION_ADMIN: _ADMINISTER,
    Role.MANAGER: _MANAGE,
    Role.OPERATOR: _OPERATE,
    Role.READ_ONLY: _READ,
    Role.CLIENT: _SELF | {_P.PRODUCT_READ, _P.APPLICATION_CREATE},
}
"""What each role may do."""
