"""What every conversation uses: the context, forms, names, common questions."""
