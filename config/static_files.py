"""Where collected static files are kept."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class GzippedStaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage without Brotli.

    Brotli is installed because WeasyPrint's font library asks for it, and WhiteNoise would use it:
    ten seconds of processor time at every first start, for files a sixth smaller.
    """

    def create_compressor(self, **kwargs):
        return super().create_compressor(use_brotli=False, **kwargs)
