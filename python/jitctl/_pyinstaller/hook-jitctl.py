"""What PyInstaller has to take along: backends are opened by path, and modules are imported when first needed."""

from PyInstaller.utils.hooks import collect_dynamic_libs, collect_submodules

binaries = collect_dynamic_libs("jitctl")
hiddenimports = collect_submodules("jitctl", filter=lambda name: "._pyinstaller" not in name)
