"""whose an address is, and codes under a secret key

Codes of before stay valid until they expire, by their old hash. Everybody who writes keeps their address.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('code_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_code_key'))
    )
    with op.batch_alter_table('address', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lessons_only', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('keyed', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.alter_column('keyed', existing_type=sa.Boolean(), server_default=None)
    op.create_table('address_claim',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(length=12), nullable=False),
    sa.Column('how', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('lessons_only', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['address_id'], ['address.id'], name=op.f('fk_address_claim_address_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_address_claim_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address_claim')),
    sa.UniqueConstraint('address_id', 'person_id', name=op.f('uq_address_claim_address_id_person_id'))
    )
    with op.batch_alter_table('address_claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_address_claim_person_id'), ['person_id'], unique=False)
    op.execute(
        "INSERT INTO address_claim (address_id, person_id, why, how, state, tries, lessons_only, created_at, settled_at)"
        " SELECT id, person_id, 'before', '', 'confirmed', 0, false, coalesce(linked_at, first_heard_at), linked_at"
        " FROM address WHERE person_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table('address_claim')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_column('keyed')
    with op.batch_alter_table('address', schema=None) as batch_op:
        batch_op.drop_column('lessons_only')
    op.drop_table('code_key')
