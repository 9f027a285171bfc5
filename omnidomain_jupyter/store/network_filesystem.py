"""Whether a directory lies on a network file system, where SQLite's WAL is not safe."""

from __future__ import annotations

from pathlib import Path

import psutil

# Types as Linux and macOS name them. FUSE types are matched by their beginning.
_NETWORK_TYPES = frozenset(
    {"nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "afs", "ncpfs", "9p"}
    | {"beegfs", "ceph", "gfs2", "glusterfs", "gpfs", "lustre", "ocfs2", "panfs", "webdav"}
)
_NETWORK_PREFIXES = ("fuse.sshfs", "fuse.s3", "fuse.gluster", "fuse.ceph", "fuse.gcsfuse", "nfs")


def is_on_network(directory: Path) -> bool:
    """Return True when the mount that holds `directory` is of a network type.

    An unknown mount counts as local: the journal mode can be set by hand.
    """
    directory = directory.resolve()
    best, kind = -1, ""
    for mount in psutil.disk_partitions(all=True):
        point = Path(mount.mountpoint)
        if directory.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), mount.fstype.lower()
    return kind in _NETWORK_TYPES or kind.startswith(_NETWORK_PREFIXES)
