"""The AI analytics hub: files, datasets, models with their versions, predictions, monitoring, forecasts, metrics, anomalies."""

from alembic import op

from intendant.migrations.closing import close_to_organization

revision = "0002"
down_revision = "0001"

ORGANIZATION_TABLES: dict[str, str] = {
    "files": "select, insert, delete",
    "file_parts": "select, insert, delete",
    "datasets": "select, insert, update",
    "ai_models": "select, insert, update",
    "ai_model_versions": "select, insert, update",
    "ai_model_aliases": "select, insert, update, delete",
    "ai_deployments": "select, insert",
    "prediction_batches": "select, insert, update",
    "prediction_results": "select, insert",
    "prediction_feedback": "select, insert",
    "model_performance_metrics": "select, insert, update, delete",
    "forecasts": "select, insert, update, delete",
    "metric_streams": "select, insert, update",
    "metric_points": "select, insert, update",
    "anomaly_detectors": "select, insert, update, delete",
    "anomaly_detections": "select, insert, update",
}
"""Every table of an organisation, with what the serving role may do."""

SCHEMA = """
-- Bytes by their digest: artifacts and the rows of datasets. `place` is 'database' (parts follow) or a path in the file store.
create table files (
    organization_id uuid not null references organizations on delete cascade,
    digest bytea not null,
    size bigint not null,
    place text not null,
    created_at timestamptz not null,
    primary key (organization_id, digest)
);

create table file_parts (
    organization_id uuid not null,
    digest bytea not null,
    number integer not null,
    body bytea not null,
    primary key (organization_id, digest, number),
    foreign key (organization_id, digest) references files on delete cascade
);
-- The bytes are compressed already.
alter table file_parts alter column body set storage external;

create table datasets (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    name text not null,
    description text not null default '',
    origin text not null check (origin in ('upload', 'query', 'record')),
    -- The SQL of a query; `source` is the file that was uploaded, or the table of the record, of which `row_limit` rows were taken.
    query text,
    source text,
    row_limit integer,
    digest bytea not null,
    row_count bigint not null,
    column_count integer not null,
    size bigint not null,
    columns jsonb not null,
    quarantine jsonb not null,
    notices jsonb not null,
    revision integer not null default 1,
    created_by text not null,
    created_at timestamptz not null,
    -- When its rows were read last; a refresh replaces them.
    refreshed_at timestamptz not null,
    updated_by text not null,
    updated_at timestamptz not null,
    removed_at timestamptz,
    primary key (organization_id, id)
);
-- Queries do not tell upper from lower case in the names of tables.
create unique index datasets_name on datasets (organization_id, lower(name)) where removed_at is null;

create table ai_models (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    model_name text not null,
    model_type text not null check (model_type in ('classification', 'regression', 'forecasting', 'clustering', 'anomaly')),
    algorithm text not null,
    feature_columns jsonb,
    target_column text,
    description text not null default '',
    training_data_source jsonb not null,
    retraining_frequency_days integer check (retraining_frequency_days between 1 and 3650),
    spec jsonb not null,
    -- Whether it is being trained is known by the task alone.
    state text not null check (state in ('draft', 'ready', 'failed')),
    deploy_when_validated boolean not null default false,
    error text,
    failed_at timestamptz,
    latest_version integer not null default 0,
    -- Names the rows that its last training fixed, which are kept until the next, whatever becomes of their dataset.
    rows_held bytea,
    trained_at timestamptz,
    revision integer not null default 1,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    removed_at timestamptz,
    primary key (organization_id, id)
);
create unique index ai_models_name on ai_models (organization_id, model_name) where removed_at is null;

create table ai_model_versions (
    organization_id uuid not null,
    id uuid not null,
    model_id uuid not null,
    number integer not null,
    algorithm text not null,
    artifact bytea not null,
    signature bytea not null,
    data_digest bytea not null,
    dataset_id uuid,
    spec jsonb not null,
    report jsonb not null,
    reference jsonb not null,
    metric text not null,
    metric_value double precision not null,
    higher_is_better boolean not null,
    validated boolean not null,
    why text not null,
    -- How it did beside the champion on rows that it never saw, and on real cases; and whether its promotion was considered.
    against_champion jsonb,
    trial jsonb,
    considered_at timestamptz,
    considerations integer not null default 0,
    -- What became of its export to a tracking server.
    exported_at timestamptz,
    export_run text,
    export_error text,
    export_attempts integer not null default 0,
    -- Until when (system time) what it predicted, and what came true, is in its figures.
    watched_until timestamptz,
    task_id uuid,
    created_by text not null,
    trained_at timestamptz not null,
    recorded_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, model_id, number),
    unique (organization_id, task_id),
    foreign key (organization_id, model_id) references ai_models on delete cascade
);

-- Which version answers: the champion, and beside it a challenger with a share of the traffic, or a shadow that nobody hears.
create table ai_model_aliases (
    organization_id uuid not null,
    model_id uuid not null,
    alias text not null check (alias in ('champion', 'challenger', 'shadow')),
    version_id uuid not null,
    share double precision not null check (share between 0 and 1),
    since timestamptz not null,
    changed_by text not null,
    primary key (organization_id, model_id, alias),
    foreign key (organization_id, version_id) references ai_model_versions on delete cascade
);

create table ai_deployments (
    organization_id uuid not null,
    id uuid not null,
    model_id uuid not null,
    alias text not null,
    version_id uuid,
    previous_version_id uuid,
    share double precision,
    reason text not null,
    changed_by text not null,
    decision_id uuid,
    evidence jsonb,
    at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, model_id) references ai_models on delete cascade
);
create index ai_deployments_model on ai_deployments (organization_id, model_id, id);

-- Many predictions asked for at once. The id follows from the caller's Idempotency-Key where one was given; `body_digest` is
-- what was sent with it, and the counts are there when it is finished.
create table prediction_batches (
    organization_id uuid not null,
    id uuid not null,
    model_id uuid not null,
    body_digest bytea not null,
    predicted integer,
    failed integer,
    created_by text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, model_id) references ai_models on delete cascade
);

-- `answers`: of a shadow, the prediction that was heard.
create table prediction_results (
    organization_id uuid not null,
    id uuid not null,
    model_id uuid not null,
    version_id uuid not null,
    role text not null check (role in ('champion', 'challenger', 'shadow', 'version')),
    answers uuid,
    batch_id uuid,
    batch_row integer,
    input_data jsonb not null,
    prediction_context jsonb,
    business_entity_type text,
    business_entity_id text,
    output jsonb not null,
    confidence double precision not null,
    score double precision,
    processing_ms double precision not null,
    predicted_by text not null,
    predicted_at timestamptz not null,
    recorded_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, model_id) references ai_models on delete cascade
);
create index prediction_results_model on prediction_results (organization_id, model_id, id);
create index prediction_results_entity on prediction_results (organization_id, business_entity_type, business_entity_id, id)
    where business_entity_id is not null;
create index prediction_results_version on prediction_results (organization_id, version_id, id);
create index prediction_results_period on prediction_results (organization_id, version_id, predicted_at);
create index prediction_results_role on prediction_results (organization_id, model_id, role, id) where role <> 'champion';
create unique index prediction_results_batch on prediction_results (organization_id, batch_id, batch_row)
    where batch_id is not null;
create unique index prediction_results_answers on prediction_results (organization_id, answers, version_id)
    where answers is not null;

-- What happened: the latest of a prediction counts; a correction is a new row.
create table prediction_feedback (
    organization_id uuid not null,
    id uuid not null,
    prediction_id uuid not null,
    model_id uuid not null,
    actual jsonb,
    rating smallint check (rating between 1 and 5),
    note text,
    observed_at timestamptz not null,
    corrects uuid,
    created_by text not null,
    recorded_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, prediction_id) references prediction_results on delete cascade
);
create index prediction_feedback_prediction on prediction_feedback (organization_id, prediction_id, id);
create index prediction_feedback_model on prediction_feedback (organization_id, model_id, id);

create table model_performance_metrics (
    organization_id uuid not null,
    id uuid not null,
    model_id uuid not null,
    version_id uuid not null,
    period_from timestamptz not null,
    period_to timestamptz not null,
    predictions integer not null,
    labelled integer not null,
    metrics jsonb not null,
    baseline jsonb not null,
    estimated jsonb not null,
    drift jsonb not null,
    groups jsonb not null,
    computed_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, version_id, period_from),
    foreign key (organization_id, model_id) references ai_models on delete cascade
);
create index model_performance_metrics_model on model_performance_metrics (organization_id, model_id, period_from);

create table forecasts (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    name text not null,
    kind text not null check (kind in ('revenue', 'churn', 'service_demand', 'inventory')),
    request jsonb not null,
    state text not null check (state in ('running', 'done', 'failed')),
    summary jsonb,
    result bytea,
    error text,
    task_id uuid,
    created_by text not null,
    created_at timestamptz not null,
    finished_at timestamptz,
    primary key (organization_id, id)
);

-- A figure over time that is sent to us; the figures that domains measure themselves need no row here.
create table metric_streams (
    organization_id uuid not null references organizations on delete cascade,
    name text not null,
    unit text not null,
    description text not null default '',
    money_per_unit numeric(18, 6),
    currency text,
    created_by text not null,
    created_at timestamptz not null,
    primary key (organization_id, name)
);

create table metric_points (
    organization_id uuid not null,
    name text not null,
    at timestamptz not null,
    value double precision not null,
    recorded_at timestamptz not null,
    primary key (organization_id, name, at),
    foreign key (organization_id, name) references metric_streams on delete cascade
);

create table anomaly_detectors (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    data_source text not null,
    settings jsonb not null,
    watched_until timestamptz,
    muted_until timestamptz,
    enabled boolean not null default true,
    version integer not null default 1,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, data_source)
);

create table anomaly_detections (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    detector_id uuid not null,
    group_id uuid not null,
    data_source text not null,
    bucket text not null check (bucket in ('point', 'hour', 'day')),
    direction text not null check (direction in ('up', 'down')),
    started_at timestamptz not null,
    ended_at timestamptz not null,
    peak_at timestamptz not null,
    points integer not null,
    value double precision not null,
    expected double precision not null,
    lower double precision not null,
    upper double precision not null,
    score double precision not null,
    probability double precision not null,
    size double precision not null,
    severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
    impact numeric(18, 2),
    impact_lower numeric(18, 2),
    impact_upper numeric(18, 2),
    currency text,
    cause jsonb not null,
    state text not null check (state in ('open', 'assigned', 'resolved', 'muted', 'dismissed')),
    assignee_id uuid,
    resolution text,
    muted_until timestamptz,
    feedback text check (feedback in ('useful', 'false_alarm')),
    version integer not null default 1,
    detected_at timestamptz not null,
    updated_at timestamptz not null,
    updated_by text not null,
    primary key (organization_id, id),
    unique (organization_id, detector_id, started_at)
);
create index anomaly_detections_state on anomaly_detections (organization_id, state, id);
create index anomaly_detections_group on anomaly_detections (organization_id, group_id);
"""


def upgrade() -> None:
    """Create the hub's tables and close each to all but its own organisation and the system role."""
    op.execute(SCHEMA)
    close_to_organization(ORGANIZATION_TABLES)
