class Unable(Exception):
    """This machine cannot do what the rig needs."""
