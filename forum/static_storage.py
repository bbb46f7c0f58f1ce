"""Static files under names that change with their content, module imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also follows ``import`` between our modules."""

    support_js_module_import_aggregation = True
