"""couples before their wedding; when and in which language lessons come; what stopped and what was missed

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

ADDED = (  # table, column, type, what old rows get
    ('carer', 'stopped_after', sa.String(length=60), ''),
    ('lesson_answer', 'about', sa.String(length=32), ''),
    ('person', 'language', sa.String(length=3), 'id'),
    ('pregnancy', 'sure', sa.Boolean(), sa.true()),
)


def upgrade() -> None:
    op.create_table('lesson_gap',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('lesson', sa.String(length=60), nullable=False),
    sa.Column('why', sa.String(length=80), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_lesson_gap_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_gap'))
    )
    with op.batch_alter_table('lesson_gap', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lesson_gap_person_id'), ['person_id'], unique=False)

    op.create_table('wedding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('red', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['family.id'], name=op.f('fk_wedding_family_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wedding')),
    sa.UniqueConstraint('family_id', 'day', name=op.f('uq_wedding_family_id_day'))
    )
    with op.batch_alter_table('wedding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wedding_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_wedding_state'), ['state'], unique=False)

    with op.batch_alter_table('carer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('weekday', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('hour', sa.Integer(), nullable=True))

    with op.batch_alter_table('child', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pregnancy_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_child_pregnancy_id'), 'pregnancy', ['pregnancy_id'], ['id'])

    for table, column, kind, old in ADDED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, kind, nullable=False, server_default=old))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, existing_type=kind, server_default=None)


def downgrade() -> None:
    for table, column, _, _ in reversed(ADDED):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)

    with op.batch_alter_table('child', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_child_pregnancy_id'), type_='foreignkey')
        batch_op.drop_column('pregnancy_id')

    with op.batch_alter_table('carer', schema=None) as batch_op:
        batch_op.drop_column('hour')
        batch_op.drop_column('weekday')

    op.drop_table('wedding')
    op.drop_table('lesson_gap')
