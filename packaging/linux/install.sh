#!/bin/sh
# Adds nnviz to the menu of one user, with its icon, man page and file types; "install.sh remove" takes them away again.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
command=$HOME/.local/bin/nnviz

files() { (cd "$here/share" && find . -type f | sed 's,^\./,,'); }

# Desktops keep lists of what is installed; not every system has the tools that renew them.
renew() {
    if command -v update-mime-database >/dev/null && [ -d "$data/mime/packages" ]; then
        update-mime-database "$data/mime"
    fi
    if command -v update-desktop-database >/dev/null && [ -d "$data/applications" ]; then
        update-desktop-database "$data/applications"
    fi
    if command -v gtk-update-icon-cache >/dev/null && [ -f "$data/icons/hicolor/index.theme" ]; then
        gtk-update-icon-cache -q "$data/icons/hicolor"
    fi
}

# As the standard of desktop entries has it: a mark in quotes is escaped, and each backslash that does so as well.
quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/\\/\\\\\\\\/g; s/["$`]/\\\\&/g; s/%/%%/g')"; }

install() {
    case $here in *"
"*) echo "install.sh: no menu can name a folder with a line end in its name" >&2; exit 1 ;; esac
    files | while read -r file; do
        mkdir -p "$data/$(dirname "$file")"
        cp "$here/share/$file" "$data/$file"
    done
    # a menu knows no PATH of this user's, so it is told where the program lies
    entry=$data/applications/nnviz.desktop
    program=$(quoted "$here/nnviz") awk '/^Exec=nnviz/ { sub(/^Exec=nnviz/, ""); $0 = "Exec=" ENVIRON["program"] $0 }
        { print }' "$here/share/applications/nnviz.desktop" >"$entry"
    mkdir -p "$(dirname "$command")"
    ln -sf "$here/nnviz" "$command"
    renew
    echo "nnviz is in your menu; its command is $command"
}

remove() {
    files | while read -r file; do
        rm -f "$data/$file"
        (cd "$data" && rmdir -p "$(dirname "$file")" 2>/dev/null) || true
    done
    rm -f "$command"
    renew
    # what the lists leave behind where nothing else is installed
    if [ -d "$data/mime/packages" ]; then :; else rm -rf "$data/mime"; fi
    if [ "$(ls -A "$data/applications" 2>/dev/null)" = mimeinfo.cache ]; then rm -rf "$data/applications"; fi
    echo "nnviz is no longer in your menu; this folder can be deleted"
}

case ${1:-install} in
    install) install ;;
    remove) remove ;;
    *) echo "usage: install.sh [install|remove]" >&2; exit 2 ;;
esac
