"""announcements, whom each is for, and which carers want them

Nobody has been asked yet whether they want announcements, so nobody does.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'broadcast',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('template', sa.String(length=40), nullable=False),
        sa.Column('answers', sa.JSON(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('notice', sa.String(length=80), nullable=False),
        sa.Column('whatsapp', sa.String(length=80), nullable=False),
        sa.Column(
            'role',
            sa.Enum('asn', 'family', 'health', 'coordinator', 'admin', name='role', native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column(
            'scope',
            sa.Enum(
                '', 'opd', 'kelurahan', 'kecamatan', 'kota', 'posyandu', 'puskesmas', name='scopekind',
                native_enum=False, length=16,
            ),
            nullable=False,
        ),
        sa.Column('scope_id', sa.Integer(), nullable=False),
        sa.Column('status', sa.String(length=16), nullable=False),
        sa.Column(
            'state',
            sa.Enum(
                'shown', 'asked', 'agreed', 'written', 'reported', 'stopped', 'dropped', name='broadcaststate',
                native_enum=False, length=12,
            ),
            nullable=False,
        ),
        sa.Column('reached', sa.Integer(), nullable=False),
        sa.Column('shown_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('agreed_by', sa.Integer(), nullable=True),
        sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('stopped_by', sa.Integer(), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason', sa.String(length=80), nullable=False),
        sa.Column('told', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['agreed_by'], ['person.id'], name=op.f('fk_broadcast_agreed_by')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_broadcast_person_id')),
        sa.ForeignKeyConstraint(['stopped_by'], ['person.id'], name=op.f('fk_broadcast_stopped_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_broadcast')),
    )
    op.create_index(op.f('ix_broadcast_person_id'), 'broadcast', ['person_id'], unique=False)
    work = sa.text("broadcast.state in ('asked', 'agreed', 'written')")
    op.create_index('ix_broadcast_work', 'broadcast', ['id'], unique=False, sqlite_where=work, postgresql_where=work)
    op.create_table(
        'news_wish',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('words', sa.String(), nullable=False),
        sa.Column('channel', sa.String(length=16), nullable=False),
        sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_news_wish_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_news_wish')),
    )
    op.create_index(op.f('ix_news_wish_person_id'), 'news_wish', ['person_id'], unique=False)
    op.create_table(
        'broadcast_recipient',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('broadcast_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('family_id', sa.Integer(), nullable=True),
        sa.Column('why', sa.String(length=40), nullable=False),
        sa.Column('outgoing_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['broadcast_id'], ['broadcast.id'], name=op.f('fk_broadcast_recipient_broadcast_id')),
        sa.ForeignKeyConstraint(['family_id'], ['family.id'], name=op.f('fk_broadcast_recipient_family_id')),
        sa.ForeignKeyConstraint(['outgoing_id'], ['outgoing.id'], name=op.f('fk_broadcast_recipient_outgoing_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_broadcast_recipient_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_broadcast_recipient')),
        sa.UniqueConstraint('broadcast_id', 'person_id', name=op.f('uq_broadcast_recipient_broadcast_id_person_id')),
    )
    op.create_index(op.f('ix_broadcast_recipient_outgoing_id'), 'broadcast_recipient', ['outgoing_id'], unique=False)
    op.create_index(op.f('ix_broadcast_recipient_person_id'), 'broadcast_recipient', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_table('broadcast_recipient')
    op.drop_table('news_wish')
    op.drop_table('broadcast')
