"""pseudonyms instead of ids in the audit, and a chain of seals over its lines

Revision ID: 0018
Revises: 0017
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

AT_ONCE = 1000
KINDS = ('child', 'pregnancy', 'wedding', 'referral', 'visit', 'family', 'person')
KEPT = ('', 'baru', 'jaga', 'cuti', 'telegram', 'whatsapp', 'simulator')  # what a line may say besides
OF_FORGOTTEN = {
    'family': 'SELECT id FROM family WHERE forgotten_at IS NOT NULL',
    'child': 'SELECT id FROM child WHERE family_id IN ({family})',
    'pregnancy': 'SELECT id FROM pregnancy WHERE family_id IN ({family})',
    'visit': 'SELECT id FROM visit WHERE child_id IN ({child}) OR pregnancy_id IN ({pregnancy})',
    'referral': 'SELECT id FROM referral WHERE child_id IN ({child}) OR pregnancy_id IN ({pregnancy})'
    ' OR family_id IN ({family})',
    'person': "SELECT id FROM person WHERE name = '(dihapus)'",
}

SQLITE = (
    """
    CREATE TRIGGER audit_sealed_update BEFORE UPDATE ON audit
    WHEN OLD.id <= (SELECT max(up_to_id) FROM audit_seal)
    BEGIN SELECT RAISE(ABORT, 'a sealed line of the audit stays as it is'); END
    """,
    """
    CREATE TRIGGER audit_sealed_delete BEFORE DELETE ON audit
    WHEN OLD.id <= (SELECT max(up_to_id) FROM audit_seal)
     AND OLD.id > coalesce((SELECT max(up_to_id) FROM audit_seal WHERE dropped_at IS NOT NULL), 0)
    BEGIN SELECT RAISE(ABORT, 'a sealed line of the audit stays as it is'); END
    """,
    """
    CREATE TRIGGER audit_sealed_insert AFTER INSERT ON audit
    WHEN NEW.id <= (SELECT max(up_to_id) FROM audit_seal)
    BEGIN SELECT RAISE(ABORT, 'no line comes before a seal of the audit'); END
    """,
    """
    CREATE TRIGGER audit_seal_update BEFORE UPDATE ON audit_seal
    WHEN OLD.dropped_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.up_to_id <> OLD.up_to_id OR NEW.at <> OLD.at
      OR NEW.hash <> OLD.hash
    BEGIN SELECT RAISE(ABORT, 'a seal of the audit stays as it is'); END
    """,
    """
    CREATE TRIGGER audit_seal_delete BEFORE DELETE ON audit_seal
    WHEN OLD.dropped_at IS NULL
    BEGIN SELECT RAISE(ABORT, 'a seal of the audit stays as it is'); END
    """,
)
POSTGRESQL = (
    """
    CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        sealed integer := coalesce((SELECT max(up_to_id) FROM audit_seal), 0);
        dropped integer := coalesce((SELECT max(up_to_id) FROM audit_seal WHERE dropped_at IS NOT NULL), 0);
    BEGIN
        IF TG_OP = 'TRUNCATE' THEN
            IF sealed > 0 THEN RAISE EXCEPTION 'a sealed line of the audit stays as it is'; END IF;
            RETURN NULL;
        ELSIF TG_OP = 'INSERT' THEN
            IF NEW.id <= sealed THEN RAISE EXCEPTION 'no line comes before a seal of the audit'; END IF;
            RETURN NEW;
        ELSIF TG_OP = 'DELETE' THEN
            IF OLD.id <= sealed AND OLD.id > dropped THEN
                RAISE EXCEPTION 'a sealed line of the audit stays as it is';
            END IF;
            RETURN OLD;
        END IF;
        IF OLD.id <= sealed THEN RAISE EXCEPTION 'a sealed line of the audit stays as it is'; END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION audit_seal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.dropped_at IS NULL THEN RAISE EXCEPTION 'a seal of the audit stays as it is'; END IF;
            RETURN OLD;
        END IF;
        IF OLD.dropped_at IS NOT NULL OR (NEW.id, NEW.up_to_id, NEW.at, NEW.hash)
           IS DISTINCT FROM (OLD.id, OLD.up_to_id, OLD.at, OLD.hash) THEN
            RAISE EXCEPTION 'a seal of the audit stays as it is';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER audit_stays BEFORE INSERT OR UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_stays()
    """,
    'CREATE TRIGGER audit_stays_whole BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()',
    """
    CREATE TRIGGER audit_seal_stays BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_seal_stays()
    """,
)


def upgrade() -> None:
    op.create_table(
        'audit_name',
        sa.Column('token', sa.String(length=16), nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('subject_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint('token', name=op.f('pk_audit_name')),
        sa.UniqueConstraint('kind', 'subject_id', 'name', name=op.f('uq_audit_name_kind_subject_id_name')),
    )
    op.create_table(
        'audit_seal',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('up_to_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.Column('dropped_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_seal')),
        sa.UniqueConstraint('up_to_id', name=op.f('uq_audit_seal_up_to_id')),
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('actor', sa.String(length=40), nullable=False, server_default=''))
    connection = op.get_bind()
    _replace(connection)
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_audit_person_id'), type_='foreignkey')
        batch_op.drop_column('person_id')
        batch_op.alter_column('actor', existing_type=sa.String(length=40), existing_nullable=False, server_default=None)
        batch_op.create_index(batch_op.f('ix_audit_actor'), ['actor'], unique=False)
    _forget(connection)
    for statement in POSTGRESQL if connection.dialect.name == 'postgresql' else SQLITE:
        connection.exec_driver_sql(statement)


def _replace(connection: sa.Connection) -> None:
    """Pseudonyms in the old lines, and nothing else of what they said besides."""
    run = connection.exec_driver_sql
    _name(connection, {('person', id) for (id,) in run('SELECT DISTINCT person_id FROM audit') if id is not None})
    subjects = {said for (said,) in run('SELECT DISTINCT subject FROM audit') if _row(said)}
    visits = {said for (said,) in run("SELECT DISTINCT detail FROM audit WHERE substr(action, 1, 6) = 'visit.'") if _row(said)}
    _name(connection, {_row(said) for said in subjects | visits} - _named(connection))
    run(
        "UPDATE audit SET actor = (SELECT 'person:' || token FROM audit_name"
        " WHERE kind = 'person' AND subject_id = audit.person_id) WHERE person_id IS NOT NULL"
    )
    tokens = {
        f'{kind}:{id}': f'{kind}:{token}'
        for kind, id, token in run("SELECT kind, subject_id, token FROM audit_name WHERE name = ''")
    }
    changed = [{'old': said, 'new': tokens[said]} for said in sorted(subjects)]
    _many(connection, 'UPDATE audit SET subject = :new WHERE subject = :old', changed)
    of_visits = {said: tokens[said] for said in visits}
    said = run("SELECT id, detail FROM audit WHERE substr(action, 1, 6) = 'visit.' AND detail <> ''").all()
    _many(
        connection,
        'UPDATE audit SET detail = :new WHERE id = :id',
        [{'id': id, 'new': of_visits.get(detail, '')} for id, detail in said],
    )
    for kind in ('jaga', 'cuti'):
        run(f"UPDATE audit SET detail = '{kind}' WHERE action = 'duty.enter' AND substr(detail, 1, 4) = '{kind}'")
    run("UPDATE audit SET detail = 'berubah' WHERE substr(action, 1, 7) = 'import.' AND detail <> 'baru'")
    _answer(connection)
    kept = ', '.join(f"'{word}'" for word in (*KEPT, 'berubah'))
    run(f"UPDATE audit SET detail = '' WHERE substr(action, 1, 6) <> 'visit.' AND detail NOT IN ({kept})")


def _answer(connection: sa.Connection) -> None:
    """Who answers for the danger texts stood in the detail: now they are an operator."""
    lines = connection.exec_driver_sql("SELECT id, detail FROM audit WHERE action = 'danger_texts.accept'").all()
    tokens = {name[:120]: secrets.token_hex(8) for _, name in lines}
    insert = sa.text('INSERT INTO audit_name (token, kind, subject_id, name) VALUES (:token, :kind, 0, :name)')
    for name, token in tokens.items():
        connection.execute(insert, {'token': token, 'kind': 'operator', 'name': name})
    acted = [{'id': id, 'actor': f'operator:{tokens[name[:120]]}'} for id, name in lines]
    _many(connection, 'UPDATE audit SET actor = :actor WHERE id = :id', acted)


def _forget(connection: sa.Connection) -> None:
    """No line of a family that was forgotten says whom it was about."""
    queries = {}
    for kind, query in OF_FORGOTTEN.items():
        queries[kind] = query.format(**queries)
        connection.exec_driver_sql(f"DELETE FROM audit_name WHERE kind = '{kind}' AND subject_id IN ({queries[kind]})")


def _row(said: str) -> tuple[str, int] | None:
    kind, _, number = said.partition(':')
    return (kind, int(number)) if kind in KINDS and number.isascii() and number.isdigit() else None


def _named(connection: sa.Connection) -> set[tuple[str, int]]:
    return {(kind, id) for kind, id in connection.exec_driver_sql('SELECT kind, subject_id FROM audit_name')}


def _name(connection: sa.Connection, pairs: set[tuple[str, int]]) -> None:
    rows = [{'token': secrets.token_hex(8), 'kind': kind, 'id': id} for kind, id in sorted(pairs)]
    _many(connection, "INSERT INTO audit_name (token, kind, subject_id, name) VALUES (:token, :kind, :id, '')", rows)


def _many(connection: sa.Connection, statement: str, rows: list[dict]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(sa.text(statement), rows[start : start + AT_ONCE])


def downgrade() -> None:
    connection = op.get_bind()
    run = connection.exec_driver_sql
    if connection.dialect.name == 'postgresql':
        for table, trigger in (('audit', 'audit_stays'), ('audit', 'audit_stays_whole'), ('audit_seal', 'audit_seal_stays')):
            run(f'DROP TRIGGER {trigger} ON {table}')
        run('DROP FUNCTION audit_stays()')
        run('DROP FUNCTION audit_seal_stays()')
    else:
        for trigger in ('sealed_update', 'sealed_delete', 'sealed_insert', 'seal_update', 'seal_delete'):
            run(f'DROP TRIGGER audit_{trigger}')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
    run(
        "UPDATE audit SET person_id = (SELECT subject_id FROM audit_name"
        " WHERE kind = 'person' AND kind || ':' || token = audit.actor)"
    )
    run(
        "UPDATE audit SET detail = coalesce((SELECT name FROM audit_name WHERE kind || ':' || token = audit.actor), '')"
        " WHERE action = 'danger_texts.accept'"
    )
    names = run("SELECT kind, token, subject_id FROM audit_name WHERE name = ''").all()
    _many(
        connection,
        'UPDATE audit SET subject = :new WHERE subject = :old',
        [{'old': f'{kind}:{token}', 'new': f'{kind}:{id}'} for kind, token, id in names],
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_actor'))
        batch_op.drop_column('actor')
        batch_op.create_foreign_key(op.f('fk_audit_person_id'), 'person', ['person_id'], ['id'])
    op.drop_table('audit_seal')
    op.drop_table('audit_name')
