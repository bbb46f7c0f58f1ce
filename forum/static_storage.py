"""Static files under names that change with their content, module imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also follows ``import`` between our modules."""

    support_js_module_import_aggregation = True
