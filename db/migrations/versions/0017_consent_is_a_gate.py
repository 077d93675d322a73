"""consent on paper and by its wording, readers that the mother ended, requests about data

What an earlier "berhenti" withdrew stays withdrawn: no row of ``consent`` changes.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('consent_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('text_version', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent_text')),
    sa.UniqueConstraint('hash', name=op.f('uq_consent_text_hash'))
    )
    op.create_table('data_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('perbaiki', 'hapus', 'beda', name='requestkind', native_enum=False, length=12), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('granted', sa.Boolean(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_data_request_answered_by')),
    sa.ForeignKeyConstraint(['family_id'], ['family.id'], name=op.f('fk_data_request_family_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_data_request_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_request'))
    )
    with op.batch_alter_table('data_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_data_request_answered_at_due_at'), ['answered_at', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_data_request_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_data_request_person_id'), ['person_id'], unique=False)

    op.create_table('paper_consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('family_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('relation', sa.String(length=16), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('lies_at', sa.String(length=120), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_paper_consent_entered_by')),
    sa.ForeignKeyConstraint(['family_id'], ['family.id'], name=op.f('fk_paper_consent_family_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_consent'))
    )
    with op.batch_alter_table('paper_consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_paper_consent_family_id'), ['family_id'], unique=False)

    with op.batch_alter_table('carer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('asked_text_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_carer_asked_text_id'), 'consent_text', ['asked_text_id'], ['id'])

    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.add_column(sa.Column('text_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_consent_family_id'), ['family_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_consent_text_id'), 'consent_text', ['text_id'], ['id'])

    with op.batch_alter_table('family', schema=None) as batch_op:
        batch_op.add_column(sa.Column('one_reader', sa.Boolean(), nullable=False, server_default=sa.false()))



def downgrade() -> None:
    with op.batch_alter_table('family', schema=None) as batch_op:
        batch_op.drop_column('one_reader')

    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consent_family_id'))
        batch_op.drop_constraint(batch_op.f('fk_consent_text_id'), type_='foreignkey')
        batch_op.drop_column('text_id')

    with op.batch_alter_table('carer', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_carer_asked_text_id'), type_='foreignkey')
        batch_op.drop_column('asked_text_id')
        batch_op.drop_column('closed_at')

    with op.batch_alter_table('paper_consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_paper_consent_family_id'))

    op.drop_table('paper_consent')
    with op.batch_alter_table('data_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_data_request_person_id'))
        batch_op.drop_index(batch_op.f('ix_data_request_family_id'))
        batch_op.drop_index(batch_op.f('ix_data_request_answered_at_due_at'))

    op.drop_table('data_request')
    op.drop_table('consent_text')
