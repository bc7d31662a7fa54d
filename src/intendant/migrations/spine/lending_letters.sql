-- Letters, notices of adverse action, links for borrowers.

-- `facts` is what a letter states and `document` every word of it; a letter that is issued never changes. Letters that come by
-- themselves name their `occasion`, which comes once.
create table letters (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    sequence bigint not null,
    number text not null,
    kind text not null check (kind in ('offer', 'schedule', 'adverse_action', 'statement', 'arrears', 'settlement')),
    application_id uuid,
    loan_id uuid,
    recipient text not null,
    occasion text,
    template_version integer not null,
    facts jsonb not null,
    document jsonb not null,
    digest bytea not null,
    due_at timestamptz,
    issued_at timestamptz not null,
    issued_by text not null,
    sent_at timestamptz,
    sent_by text,
    sent_how text check (sent_how in ('post', 'email', 'link', 'handed')),
    primary key (organization_id, id),
    unique (organization_id, sequence),
    check (application_id is not null or loan_id is not null),
    check ((sent_at is null) = (sent_how is null) and (sent_at is null) = (sent_by is null))
);
create index letters_of_loan on letters (organization_id, loan_id, id);
create index letters_of_application on letters (organization_id, application_id, id);
create unique index letters_once on letters (organization_id, occasion) where occasion is not null;

-- What is owed to whom a lender turned down (12 CFR 1002.9): one row for each rejection, until its letter is sent.
create table adverse_action_notices (
    organization_id uuid not null references organizations on delete cascade,
    application_id uuid not null,
    decision_id uuid not null,
    rejected_at timestamptz not null,
    due_at timestamptz not null,
    letter_id uuid,
    sent_at timestamptz,
    problem text,
    tried_at timestamptz,
    primary key (organization_id, application_id)
);
create index adverse_action_notices_open on adverse_action_notices (organization_id, due_at, application_id)
    where sent_at is null;
create index adverse_action_notices_unwritten on adverse_action_notices (organization_id, due_at)
    where letter_id is null and sent_at is null;

create table letter_settings (
    organization_id uuid primary key references organizations on delete cascade,
    version integer not null,
    body jsonb not null,
    changed_by text not null,
    updated_at timestamptz not null
);

-- How far the log was read for rejections.
create table notice_cursors (
    organization_id uuid primary key references organizations on delete cascade,
    cursor text not null
);

-- How far the log was read for what letters are written about by themselves.
create table letter_cursors (
    organization_id uuid primary key references organizations on delete cascade,
    cursor text not null
);

-- Letters that are to be written by themselves: a row goes when its letter is there, or is wanted no more.
create table letters_to_write (
    organization_id uuid not null references organizations on delete cascade,
    occasion text not null,
    kind text not null check (kind in ('offer', 'schedule', 'arrears', 'settlement')),
    subject_id uuid not null,
    tries integer not null default 0,
    problem text,
    retry_at timestamptz not null,
    primary key (organization_id, occasion)
);
create index letters_to_write_next on letters_to_write (organization_id, retry_at, occasion);

create table borrower_links (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    loan_id uuid,
    application_id uuid,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_by text,
    last_used_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, loan_id) references loans on delete cascade,
    foreign key (organization_id, application_id) references lending_applications on delete cascade,
    check ((loan_id is null) <> (application_id is null))
);
create index borrower_links_of_loan on borrower_links (organization_id, loan_id) where loan_id is not null;
create index borrower_links_of_application on borrower_links (organization_id, application_id)
    where application_id is not null;
