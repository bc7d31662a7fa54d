"""The one chain of migrations, forward only. Run by `intendant.kit.schema` as the owner role."""
