"""Downloads a modelcar as the init container of KServe does it for oci+fetch://: image, folder."""

import sys

from kserve_storage import Storage

Storage.download(f"oci://{sys.argv[1]}", sys.argv[2])
