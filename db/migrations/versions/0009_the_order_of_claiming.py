"""partial indexes for what delivery asks, and which process has a message on the wire

Rows that are on the wire when this runs name no process; they are taken over after the old lease.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

AWAITED = "state = 'sent' AND reason = 'tidak pasti terkirim, menunggu kabar'"
INDEXES = (
    ('claim', ['channel', 'lane', 'due_at', 'id', 'address'], "state = 'planned'"),
    ('expiry', ['expires_at'], "state = 'planned' AND expires_at IS NOT NULL"),
    ('retry', ['state', 'due_at'], "state = 'planned' AND attempts > 0"),
    ('taken', ['state', 'channel', 'address', 'taken_at'], "state = 'taken'"),
    ('awaited', ['settled_at'], AWAITED),
    ('template', ['taken_at'], "template <> ''"),
    ('provider_id', ['provider_id'], "provider_id <> ''"),
)


def upgrade() -> None:
    op.add_column('outgoing', sa.Column('taken_by', sa.Integer(), nullable=True))
    # SQLite, which keeps no statistics, would take it for everything that asks for a state.
    op.drop_index('ix_outgoing_state_due_at', table_name='outgoing')
    op.create_index('ix_outgoing_due_at', 'outgoing', ['due_at'])
    for name, columns, where in INDEXES:
        op.create_index(
            f'ix_outgoing_{name}', 'outgoing', columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )


def downgrade() -> None:
    for name, _, _ in INDEXES:
        op.drop_index(f'ix_outgoing_{name}', table_name='outgoing')
    op.drop_index('ix_outgoing_due_at', table_name='outgoing')
    op.create_index('ix_outgoing_state_due_at', 'outgoing', ['state', 'due_at'])
    with op.batch_alter_table('outgoing', schema=None) as batch_op:
        batch_op.drop_column('taken_by')
