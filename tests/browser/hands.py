"""A person's hands without a browser: the messages that a page sends, made in this process."""


def press(button):
    """What the page sends when a person presses the button."""
    button._handle_custom_msg({"event": "click"}, [])


def type_into(field, text):
    """What the page sends when a person types into the field."""
    field.set_state({"value": text})
