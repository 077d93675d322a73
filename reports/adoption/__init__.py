"""Who of those the programme counts on has joined: counts by office and place, and the message about them."""
