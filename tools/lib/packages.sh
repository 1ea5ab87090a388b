# Debian packages that the tools need; to be sourced.

# To build: the two compression libraries, regular expressions and what finds them; to run: the zones.
system_packages=(liblz4-dev zlib1g-dev libre2-dev pkg-config tzdata)

# Installs what is missing of the named packages. Says what to do where it may not.
ensure_packages() {
    local missing=() package
    for package in "$@"; do
        case $package in
        # Another Python than Debian's may be in front, with all that is needed.
        python3*) python3 -c 'import ensurepip, venv' 2>/dev/null && continue ;;
        esac
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    local sudo=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || {
            echo "Please install as root: apt-get install ${missing[*]}" >&2
            return 1
        }
        sudo=(sudo)
    fi
    "${sudo[@]}" apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq \
            --no-install-recommends "${missing[@]}" >/dev/null
}

# Fails with a sentence unless Swift is there.
require_swift() {
    command -v swift >/dev/null && return 0
    echo "Swift 6.2 or newer is needed: https://www.swift.org/install/linux/" >&2
    return 1
}
