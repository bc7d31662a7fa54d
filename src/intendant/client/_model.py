"""What all models have in common."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """An answer of the server, or a part of what it is given. Frozen; fields that this version does not know are left out.

    Validators are built when a model is first used, so that importing hundreds of them costs little.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, protected_namespaces=(), defer_build=True
    )
