# backup-checker: one non-recursive Makefile.
#   make              build/scannerd build/webd build/netscan build/backup-checker
#   make run          install what is missing (as root), build, start both daemons on config.json, stop them on Ctrl-C
#   make check        install test needs (as root), lint, build, and pass every test
#   make check-unit check-integration check-sanitized-requests check-ui check-browser   parts of it
#   make dist         build/backup-checker-VERSION.tar.gz, with the dashboard built
#   make check-unit   unit tests only;  ONLY=stem runs one;  SAN=address,undefined builds with sanitizers
#   make install      DESTDIR= prefix=/usr/local
#   make deb          build/backup-checker_VERSION_ARCH.deb;  make check-system  installs it on a booted systemd and tries everything
#   make bench soak fuzz format lint clean

VERSION := 0.1.0
BUILD   ?= build$(if $(SAN),-$(subst $() ,-,$(subst $(comma), ,$(SAN))))
comma   := ,

prefix      ?= /usr/local
bindir      ?= $(prefix)/bin
libexecdir  ?= $(prefix)/libexec/backup-checker
mandir      ?= $(prefix)/share/man
completiondir ?= $(prefix)/share/bash-completion/completions
sysconfdir  ?= $(if $(filter /usr,$(prefix)),/etc,$(prefix)/etc)
unitdir     ?= $(prefix)/lib/systemd/system

# Asked once, and only when something is compiled or linked. libxlsxwriter is not asked about: what its .pc file says names
# libraries that its Debian package does not bring along.
PACKAGES       := libevent libevent_pthreads libevent_openssl openssl sqlite3 libcjson libxml-2.0 libsystemd libsodium libpcre2-8
PACKAGE_CFLAGS  = $(eval PACKAGE_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES)))$(PACKAGE_CFLAGS)
PACKAGE_LIBS    = $(eval PACKAGE_LIBS := $$(shell pkg-config --libs $(PACKAGES)) -lxlsxwriter)$(PACKAGE_LIBS)

CC       ?= cc
WARN     := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
            -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wformat=2 -Wundef -Wno-missing-field-initializers
HARDEN   := -fstack-protector-strong -fPIE -U_FORTIFY_SOURCE $(if $(SAN),,-D_FORTIFY_SOURCE=2) # some compilers define it themselves
CFLAGS   ?= -O2 -g
CPPFLAGS += -D_GNU_SOURCE -DBACKUP_CHECKER_VERSION='"$(VERSION)"' -I. $(PACKAGE_CFLAGS)
ALLFLAGS  = -std=gnu17 -pthread $(WARN) $(HARDEN) $(CFLAGS) $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
LDFLAGS  += -pie -pthread -Wl,-z,relro,-z,now -Wl,--as-needed $(if $(SAN),-fsanitize=$(SAN))
LDLIBS   += $(PACKAGE_LIBS) -lz -lm

# --- the house: a folder is a static library (its main.c apart); a library may use only those to its right ---
ROOMS := scannerd webd client scannerd/store scannerd/walk scannerd/match scannerd/netscan proto common
sources = $(filter-out %/main.c,$(wildcard $(1)/*.c))
library = $(BUILD)/lib$(subst /,-,$(1)).a
objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

scannerd_rooms := scannerd scannerd/store scannerd/walk scannerd/match proto common
netscan_rooms  := scannerd/netscan proto common
webd_rooms     := webd proto common
client_rooms   := client proto common
PROGRAMS := $(addprefix $(BUILD)/,scannerd webd netscan)
CLIENT   := $(BUILD)/backup-checker

# V=1 shows the commands
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2))

all: $(PROGRAMS) $(CLIENT)

define room_rules
$(call library,$(1)): $(call objects,$(call sources,$(1)))
	@mkdir -p $$(@D)
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && $(AR) rcs $$@ $$^
endef
$(foreach room,$(ROOMS),$(eval $(call room_rules,$(room))))

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(ALLFLAGS) -MMD -MP -c -o $@ $<

link = $(Q)$(CC) $(ALLFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

$(BUILD)/scannerd: $(BUILD)/obj/scannerd/main.o $(foreach r,$(scannerd_rooms),$(call library,$(r)))
	$(link)
$(BUILD)/netscan: $(BUILD)/obj/scannerd/netscan/main.o $(foreach r,$(netscan_rooms),$(call library,$(r)))
	$(link)
$(BUILD)/webd: $(BUILD)/obj/webd/main.o $(foreach r,$(webd_rooms),$(call library,$(r)))
	$(link)
$(CLIENT): $(BUILD)/obj/client/main.o $(foreach r,$(client_rooms),$(call library,$(r)))
	$(link)

# "backup-checker doctor" knows how many scripts the schema has
SCHEMA := $(sort $(wildcard scannerd/store/sql/0*.sql))
$(BUILD)/obj/client/doctor_files.o: CPPFLAGS += -DSCHEMA_VERSION=$(words $(SCHEMA))
$(BUILD)/obj/client/doctor_files.o: $(SCHEMA)

# files that .incbin reads
$(BUILD)/obj/scannerd/store/migrate.o $(BUILD)/obj/scannerd/store/vault.o: $(wildcard scannerd/store/sql/*.sql) proto/views.sql

# --- the dashboard: webd/ui/build.mjs leaves in $(UI) what webd/assets.c embeds. A release has it built in webd/ui/dist ---
UI_RELEASED := $(if $(wildcard .git),,$(wildcard webd/ui/dist/table.inc))
UI          := $(if $(UI_RELEASED),webd/ui/dist,$(BUILD)/ui)
UI_SOURCES   = $(shell find webd/ui/src webd/ui/scripts -type f) webd/ui/build.mjs webd/ui/index.html webd/ui/package.json
UI_MODULES  := webd/ui/node_modules

$(BUILD)/obj/webd/assets.o: CPPFLAGS += -I$(UI) -DUI_DIR='"$(UI)"'
$(BUILD)/obj/webd/assets.o: $(UI)/table.inc

ifeq ($(UI_RELEASED),)
$(UI)/table.inc: $(UI_SOURCES) $(UI_MODULES)/.for-build
	$(call say,UI,$(UI))
	$(Q)node webd/ui/build.mjs $(abspath $(UI))
endif

# What the build needs, and, for check, what the tests need beside that: once they are there, or wanted (UI_FOR_TESTS), they stay,
# so that make never takes away what check brought. Two builds at once share the folder: one waits.
# Under sudo the home may be root's and the build somebody else's: npm keeps its cache beside the build then.
UI_FOR_TESTS ?= $(wildcard $(UI_MODULES)/.for-check)$(filter check check-ui check-browser soak screenshots,$(MAKECMDGOALS))
npm_ci = $(Q)flock webd/ui/package-lock.json sh -c 'test -w "$$HOME" || export HOME=$(abspath $(BUILD)); \
	test $@ -nt webd/ui/package-lock.json || (cd webd/ui && npm ci --silent --ignore-scripts --no-audit --no-fund $(if $(1),,--omit=dev) && \
	cd ../.. && touch $(UI_MODULES)/.for-build $(if $(1),$(UI_MODULES)/.for-check))'
$(UI_MODULES)/.for-build: webd/ui/package-lock.json
	$(call say,NPM,$(@D))
	$(call npm_ci,$(UI_FOR_TESTS))
$(UI_MODULES)/.for-check: webd/ui/package-lock.json
	$(call say,NPM,$(@D))
	$(call npm_ci,yes)

# --- unit tests: tests/unit/test_STEM.c links only the libraries it names with "// needs: ROOM ..." on its first line ---
UNITS := $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))
ONLY  ?= $(UNITS)
needs = $(or $(shell sed -n '1s|^// needs: *||p' tests/unit/test_$(1).c),$(ROOMS))
define unit_rules
$(BUILD)/tests/test_$(1): $(BUILD)/obj/tests/unit/test_$(1).o $(foreach r,$(call needs,$(1)),$(call library,$(r)))
	@mkdir -p $$(@D)
	$$(link) -lcmocka
endef
$(foreach unit,$(UNITS),$(eval $(call unit_rules,$(unit))))

check-unit: $(ONLY:%=$(BUILD)/tests/test_%)
	@tests/run-units $(ONLY:%=$(BUILD)/tests/test_%)

# --- what the build and the tests need ---
BUILD_PACKAGES := gcc make pkg-config libc6-dev libevent-dev libssl-dev libsqlite3-dev libcjson-dev libxml2-dev libsystemd-dev libsodium-dev \
                  libpcre2-dev libxlsxwriter-dev zlib1g-dev nmap tzdata \
                  $(if $(UI_RELEASED),,'node>=18|nodejs' 'npm|npm')
TEST_PACKAGES  := $(BUILD_PACKAGES) git openssl 'chromium|chromium' libcmocka-dev clang clang-format libclang-rt-dev cppcheck shellcheck python3 \
                  iproute2 dnsmasq-base libcap2-bin util-linux mount procps debootstrap debian-archive-keyring groff-base \
                  systemd dbus debhelper dpkg-dev lintian curl sqlite3 apache2-bin

deps:
	@systemd/need-packages $(BUILD_PACKAGES)
test-deps:
	@systemd/need-packages $(TEST_PACKAGES)

run: deps
	@systemd/run-by-hand $(MAKE) BUILD=$(BUILD)

# --- everything that must hold before a commit lands; the last line is "N passed, N failed" over all suites ---
check: test-deps
	@tests/run-all $(MAKE)

SOURCES    = $(sort $(shell find common proto client scannerd webd tests -name node_modules -prune -o -name "*.[ch]" -print))
# Versions of clang-format disagree in details: this one decides.
FORMATTER := 14
formatter  = clang-format --version | grep -q 'version $(FORMATTER)\.'
SCRIPTS   := client/backup-checker.bash .ci/run tests/bench/run systemd/need-packages systemd/run-by-hand debian/build-package debian/postinst debian/postrm webd/ui/scripts/check tests/run-units tests/run-all tests/run-fuzz tests/run-integration tests/unpack-packages tests/system/run tests/nethosts.sh $(wildcard tests/*/*.sh)
lint: lint-format lint-cppcheck lint-scripts
lint-format:
	@if $(formatter); then clang-format --dry-run -Werror $(SOURCES); \
	else echo "lint-format is left out: it needs clang-format $(FORMATTER), this is $$(clang-format --version)"; fi
lint-cppcheck:
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,portability,performance -j2 \
		--suppressions-list=tests/cppcheck.txt --include=$(firstword $(wildcard /usr/include/*/sys/queue.h /usr/include/sys/queue.h)) -D_GNU_SOURCE -DBACKUP_CHECKER_VERSION='"$(VERSION)"' -I. $(filter-out tests/%,$(filter %.c,$(SOURCES)))
lint-scripts:
	shellcheck $(SCRIPTS)
format:
	@$(formatter) || { echo "The code is formatted by clang-format $(FORMATTER), this is $$(clang-format --version)" >&2; exit 1; }
	clang-format -i $(SOURCES)

check-integration: all $(BUILD)/tests/mktree
	@tests/unpack-packages $(BUILD)/unpacked nginx caddy prometheus
	@tests/run-integration $(BUILD) $(ONLY_INTEGRATION)

# malformed requests against daemons that sanitizers watch, which report what is leaked, too; the build is check-unit's
SANITIZED_BUILD    := build-address-undefined
SANITIZED_REQUESTS := test_http.TestRefusals test_requests.NonsenseTest test_requests.LeavingTest test_socket.NonsenseTest test_bad_input.RefusedInputTest
check-sanitized-requests:
	@BC_NONSENSE=10000 $(MAKE) --no-print-directory SAN=address,undefined BUILD=$(SANITIZED_BUILD) ONLY_INTEGRATION="$(SANITIZED_REQUESTS)" check-integration

# --- the dashboard: its types, its own rules, its units; and all of it in a browser against the daemons ---
check-ui: $(UI_MODULES)/.for-check
	@webd/ui/scripts/check $(abspath $(BUILD))
screenshots: all $(UI_MODULES)/.for-check
	@node tests/browser/screenshots.mjs $(abspath $(BUILD)) docs/screenshots
check-browser: all $(BUILD)/tests/mktree $(UI_MODULES)/.for-check
	@node tests/browser/run.mjs $(abspath $(BUILD)) $(ONLY_BROWSER)

# --- fuzzing (clang's libFuzzer); FUZZ_SECONDS for each target ---
FUZZ_SECONDS ?= 20
FUZZ := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz:
	@$(MAKE) --no-print-directory CC=clang BUILD=build-fuzz SAN=fuzzer-no-link,address,undefined fuzz-programs
	@tests/run-fuzz build-fuzz $(FUZZ_SECONDS) $(FUZZ)
fuzz-programs: $(FUZZ:%=$(BUILD)/fuzz/%)
$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(foreach r,$(ROOMS),$(call library,$(r)))
	@mkdir -p $(@D)
	$(link) -fsanitize=fuzzer

# --- benchmarks: never part of check; each prints its figures beside its peers' ---
$(BUILD)/tests/%: $(BUILD)/obj/tests/bench/%.o $(foreach r,$(ROOMS),$(call library,$(r)))
	@mkdir -p $(@D)
	$(link)
BENCHES := mktree $(patsubst tests/bench/%.c,%,$(wildcard tests/bench/bench_*.c))
bench: all $(BENCHES:%=$(BUILD)/tests/%)
	@tests/bench/run $(BUILD)

# --- long versions of the tests in check ---
soak: all $(BUILD)/tests/mktree $(UI_MODULES)/.for-check
	@BC_KILLS=1000 tests/run-integration $(BUILD) test_kill
	@BC_MESSAGES=1000000 tests/run-integration $(BUILD) test_hostile_messages
	@SCALE_FILES=1000000 SCALE_LIMIT_MS=200 node tests/browser/run.mjs $(abspath $(BUILD)) scale
	@$(MAKE) fuzz FUZZ_SECONDS=3600

# --- manual pages, interface files and openapi.json are printed by the binaries; tests fail when they drift ---
MANUALS := scannerd webd netscan
print: all
	for p in $(MANUALS); do $(BUILD)/$$p --print-manual > man/$$p.8; done
	$(CLIENT) --print-manual > man/backup-checker.1
	$(CLIENT) completion > client/backup-checker.bash
	$(BUILD)/scannerd --print-config-manual > man/backup-checker-config.5
	$(BUILD)/scannerd --print-interface > proto/org.backupchecker.scanner.varlink
	$(BUILD)/netscan --print-interface > proto/org.backupchecker.netscan.varlink
	$(BUILD)/webd --print-openapi > webd/openapi.json
	node webd/ui/scripts/types.mjs webd/openapi.json > webd/ui/src/api/types.ts

install: all
	install -d $(DESTDIR)$(bindir) $(DESTDIR)$(libexecdir) $(DESTDIR)$(mandir)/man1 $(DESTDIR)$(mandir)/man8 $(DESTDIR)$(mandir)/man5 \
		$(DESTDIR)$(completiondir) $(DESTDIR)$(sysconfdir)/backup-checker
	install -m 755 $(PROGRAMS) $(DESTDIR)$(libexecdir)
	install -m 755 $(CLIENT) $(DESTDIR)$(bindir)
	install -m 644 $(wildcard man/*.1) $(DESTDIR)$(mandir)/man1
	install -m 644 client/backup-checker.bash $(DESTDIR)$(completiondir)/backup-checker
	install -m 644 $(wildcard man/*.8) $(DESTDIR)$(mandir)/man8
	install -m 644 $(wildcard man/*.5) $(DESTDIR)$(mandir)/man5
	test -e $(DESTDIR)$(sysconfdir)/backup-checker/config.json || \
		install -m 644 config.json $(DESTDIR)$(sysconfdir)/backup-checker/config.json
	install -d $(DESTDIR)$(unitdir) $(DESTDIR)$(prefix)/lib/sysusers.d $(DESTDIR)$(prefix)/lib/tmpfiles.d
	for unit in systemd/*.service systemd/*.socket; do \
		sed 's|/usr/libexec/backup-checker|$(libexecdir)|' $$unit > $(DESTDIR)$(unitdir)/$${unit##*/} || exit 1; \
		chmod 644 $(DESTDIR)$(unitdir)/$${unit##*/}; \
	done
	install -m 644 systemd/backup-checker.sysusers.conf $(DESTDIR)$(prefix)/lib/sysusers.d/backup-checker.conf
	install -m 644 systemd/backup-checker.tmpfiles.conf $(DESTDIR)$(prefix)/lib/tmpfiles.d/backup-checker.conf

# --- a release: the sources with the dashboard built, so that building from it needs no Node ---
RELEASE := backup-checker-$(VERSION)
dist: $(UI)/table.inc
	@mkdir -p $(BUILD)/dist
	rm -rf $(BUILD)/dist/$(RELEASE)
	git archive --prefix=$(RELEASE)/ HEAD | tar -x -C $(BUILD)/dist
	cp -R $(UI) $(BUILD)/dist/$(RELEASE)/webd/ui/dist
	tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$$(git log -1 --format=%ct) \
		-C $(BUILD)/dist -czf $(BUILD)/$(RELEASE).tar.gz $(RELEASE)

# --- the Debian package, from a copy of the sources that git knows, with the dashboard built; and on a booted systemd ---
deb: deps
	@$(MAKE) -s $(UI)/table.inc
	@debian/build-package $(BUILD) $(UI)
check-system: deb $(addprefix $(BUILD)/tests/probe_,$(notdir $(PROGRAMS)))
	@tests/system/run $(BUILD)
# in a daemon's place after a break-in
define probe_rules
$(BUILD)/tests/probe_$(1): $(BUILD)/obj/tests/system/probe.o $(BUILD)/obj/tests/system/probe_$(1).o $(foreach r,$($(1)_rooms),$(call library,$(r)))
	@mkdir -p $$(@D)
	$$(link)
endef
$(foreach program,$(notdir $(PROGRAMS)),$(eval $(call probe_rules,$(program))))

clean:
	rm -rf build build-* $(UI_MODULES)

.PHONY: all deps test-deps run check check-unit check-integration check-sanitized-requests check-ui check-browser screenshots check-system deb dist lint lint-format lint-cppcheck lint-scripts format fuzz \
        fuzz-programs bench soak print install clean
.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
