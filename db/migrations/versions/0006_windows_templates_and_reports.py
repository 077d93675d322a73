"""when one may write freely, what a message was announced as, what channels tell of messages, files that came in

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

ADDED = (  # table, column, type, what old rows get
    ('address', 'failed_days', sa.Integer(), '0'),
    ('outgoing', 'template', sa.String(length=80), ''),
    ('outgoing', 'category', sa.String(length=16), ''),
)


def upgrade() -> None:
    op.create_table('report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('provider_id', sa.String(length=200), nullable=False),
    sa.Column('news', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report'))
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_channel_provider_id'), ['channel', 'provider_id'], unique=False)

    op.create_table('template_state',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('category', sa.String(length=16), nullable=False),
    sa.Column('quality', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_template_state')),
    sa.UniqueConstraint('name', 'language', name=op.f('uq_template_state_name_language'))
    )

    op.create_table('upload',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('media_id', sa.String(length=200), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload')),
    sa.UniqueConstraint('name', name=op.f('uq_upload_name'))
    )
    op.create_table('received_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('file', sa.String(length=60), nullable=False),
    sa.Column('mime', sa.String(length=60), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_received_file')),
    sa.UniqueConstraint('reference', name=op.f('uq_received_file_reference'))
    )

    with op.batch_alter_table('address', schema=None) as batch_op:
        batch_op.add_column(sa.Column('window_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('failed_on', sa.Date(), nullable=True))

    for table, column, kind, old in ADDED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, kind, nullable=False, server_default=old))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, existing_type=kind, server_default=None)


def downgrade() -> None:
    for table, column, _, _ in reversed(ADDED):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)

    with op.batch_alter_table('address', schema=None) as batch_op:
        batch_op.drop_column('failed_on')
        batch_op.drop_column('window_until')

    op.drop_table('received_file')
    op.drop_table('upload')
    op.drop_table('template_state')
    op.drop_table('report')
