"""What a superior at work reads of the visits of their people, and does about them."""
