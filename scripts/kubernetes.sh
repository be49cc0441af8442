# A real kube-apiserver with its etcd, for the tests of the Kubernetes connector; sourced by setup.sh.
#
# No registry has the server as a program. Debian has its source: it is built once on a machine (some ten minutes on two
# cores) and kept outside the clone, so that the next clone finds it. Without it the tests against it skip by name.
# shellcheck shell=bash

KUBERNETES_KEPT="${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/qlrf-peers/kubernetes-1.20"
KUBERNETES_BUILD_DISK_MIB=4000

setup_kubernetes() {
    step_begin "Kubernetes"
    if link_kubernetes; then
        step_end "there"
    elif [ -n "${QLRF_SKIP_KUBERNETES:-}" ]; then
        step_end "left out, as QLRF_SKIP_KUBERNETES asks; tests against it skip"
    elif ! can_install; then
        step_end "not installed; tests against it skip (it is built from Debian's source package \`kubernetes\`)"
    else
        step_doing "building the API server, once on this machine: some ten minutes; QLRF_SKIP_KUBERNETES=1 leaves it out"
        if etcd_from_debian && kubernetes_from_debian && link_kubernetes; then
            step_end "built"
        else
            step_end "could not be built; tests against it skip (see $LOGS/kubernetes.log)"
        fi
    fi
}

link_kubernetes() {
    local program
    for program in etcd kube-apiserver; do [ -x "$KUBERNETES_KEPT/$program" ] || return 1; done
    mkdir -p "$PEERS/bin"
    for program in etcd kube-apiserver; do ln -sfn "$KUBERNETES_KEPT/$program" "$PEERS/bin/$program"; done
}

# The program alone: its package would start a service.
etcd_from_debian() {
    local work
    [ ! -x "$KUBERNETES_KEPT/etcd" ] || return 0
    mkdir -p "$KUBERNETES_KEPT"
    work=$(mktemp -d)
    (cd "$work" && logged kubernetes apt-get download etcd-server && logged kubernetes dpkg-deb -x etcd-server_*.deb .) || return 1
    install "$work/usr/bin/etcd" "$KUBERNETES_KEPT/etcd"
    rm -rf "$work"
}

kubernetes_from_debian() {
    [ ! -x "$KUBERNETES_KEPT/kube-apiserver" ] || return 0
    local build="$PEERS/kubernetes" root
    mkdir -p "$build"
    [ "$(df -Pm "$build" | awk 'NR==2 {print $4}')" -ge "$KUBERNETES_BUILD_DISK_MIB" ] || return 1
    apt_install golang-go golang-github-modern-go-reflect2-dev dpkg-dev || return 1
    kubernetes_source "$build" || return 1
    root="$build/gopath/src/k8s.io/kubernetes"
    (
        cd "$root"
        export GOPATH="$build/gopath" GO111MODULE=off GOFLAGS='' GOCACHE="$build/gocache" CGO_ENABLED=0
        logged kubernetes kubernetes_openapi "$build" &&
            logged kubernetes go build -p 2 -ldflags '-s -w' -o "$build/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver
    ) || return 1
    install "$build/kube-apiserver" "$KUBERNETES_KEPT/kube-apiserver"
    rm -rf "$build"
}

# Unpacks the source below $1, where Go looks for it.
kubernetes_source() {
    local build=$1 apt
    local root="$build/gopath/src/k8s.io/kubernetes"
    [ ! -f "$build/unpacked" ] || return 0
    rm -rf "$build/gopath" "$build/apt"
    mkdir -p "$build/gopath/src/k8s.io" "$build/apt/lists"
    # Lists of its own, so that those of the system stay as they are.
    sed -n 's/^VERSION_CODENAME=//p' /etc/os-release >"$build/codename"
    echo "deb-src http://deb.debian.org/debian $(cat "$build/codename") main" >"$build/apt/sources.list"
    apt=(-o "Dir::Etc::sourcelist=$build/apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$build/apt/lists")
    logged kubernetes apt-get "${apt[@]}" update || return 1
    (cd "$build" && logged kubernetes apt-get "${apt[@]}" source --download-only "kubernetes" &&
        logged kubernetes dpkg-source --no-check -x kubernetes_*.dsc gopath/src/k8s.io/kubernetes) || return 1
    # What it vendors faults with the Go of today; Debian has the version that does not.
    rm -rf "$root/vendor/github.com/modern-go/reflect2"
    mkdir "$root/vendor/github.com/modern-go/reflect2"
    cp -L /usr/share/gocode/src/github.com/modern-go/reflect2/*.go /usr/share/gocode/src/github.com/modern-go/reflect2/*.s \
        "$root/vendor/github.com/modern-go/reflect2/" || return 1
    rm -f "$root"/vendor/github.com/modern-go/reflect2/*_test.go
    touch "$build/unpacked"
}

# The description of the API that the server links; generated, as its own makefile does.
kubernetes_openapi() {
    local build=$1 folder folders=()
    [ ! -f pkg/generated/openapi/zz_generated.openapi.go ] || return 0
    go build -o "$build/openapi-gen" k8s.io/kubernetes/vendor/k8s.io/kube-openapi/cmd/openapi-gen || return 1
    while read -r folder; do folders+=(-i "$folder"); done < <(
        (cd staging/src && grep -rl '^// +k8s:openapi-gen=true' --include='*.go' k8s.io |
            grep -vE '/testdata/|/examples?/|sample-|code-generator|_test.go' | xargs -n 1 dirname | sort -u |
            sed 's#^#k8s.io/kubernetes/vendor/#')
        grep -rl '^// +k8s:openapi-gen=true' --include='*.go' pkg cmd plugin | xargs -r -n 1 dirname | sort -u |
            sed 's#^#k8s.io/kubernetes/#'
    )
    "$build/openapi-gen" --logtostderr -h hack/boilerplate/boilerplate.generatego.txt -O zz_generated.openapi \
        -p k8s.io/kubernetes/pkg/generated/openapi -r /dev/null "${folders[@]}"
}
