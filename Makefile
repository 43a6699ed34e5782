# Buurtbus. `make` alone says what there is.
#   CC=clang     build with clang instead of gcc
#   P=san        sanitizer build (release is the default); P=cover for coverage
#   V=1          show whole commands
SHELL := /bin/bash
.DEFAULT_GOAL := help
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif
P ?= release
B ?= build/$(P)$(if $(filter clang%,$(CC)),-clang)

PACKAGES := gcc make pkg-config protobuf-c-compiler libprotobuf-c-dev libzmq3-dev libsqlite3-dev \
            libsodium-dev nettle-dev libuv1-dev libconfuse-dev libsystemd-dev libjansson-dev \
            libmicrohttpd-dev libgnutls28-dev libcurl4-openssl-dev
TEST_PACKAGES := libcmocka-dev clang libclang-rt-14-dev clang-format-14 valgrind curl jq openssl python3
# The package, unless the program is there from elsewhere.
unless = $$(command -v $(1) >/dev/null || echo $(2))
VERSION = $(shell sed -n 's/.*BUURTBUS_VERSION "\(.*\)"/\1/p' core/version.h)
LIBS := libzmq libprotobuf-c sqlite3 libsodium nettle libuv libconfuse libsystemd jansson
HTTP_LIBS := libmicrohttpd libcurl gnutls

BASE := -std=c17 -D_GNU_SOURCE -g -fno-omit-frame-pointer -I. -I$(B)
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2 -Wundef -Wvla -Wcast-qual \
        -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wwrite-strings -Wpointer-arith \
        -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference -Werror
HARD := -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
        -fcf-protection=full -fPIE -ftrivial-auto-var-init=$(if $(filter clang%,$(CC)),pattern,zero)
SAN := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
COVER := -O0 --coverage

MODE_release := $(HARD)
MODE_san := $(SAN)
MODE_cover := $(COVER)
LINK_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack
LINK_san := -fsanitize=address,undefined
LINK_cover := --coverage

CFLAGS = $(BASE) $(WARN) $(MODE_$(P)) $(CFLAGS_EXTRA)
LDFLAGS = $(LINK_$(P))
LDLIBS = $(shell pkg-config --libs $(LIBS))
HTTP_LDLIBS = $(shell pkg-config --libs $(HTTP_LIBS))

MAINS := broker/main nodes/main nodes/cli/main adapters/http/main
SOURCES := $(filter-out $(MAINS:%=%.c),$(wildcard core/*.c broker/*.c nodes/*.c nodes/cli/*.c adapters/*.c adapters/http/*.c))
OBJECTS := $(SOURCES:%.c=$(B)/%.o)
PROGRAMS := $(B)/bin/buurtbus-broker $(B)/bin/buurtbus-node $(B)/bin/buurtbus $(B)/bin/buurtbus-http

# One short line a step; V=1 shows the whole command.
run = $(if $(V),$(3),@printf '  %-5s %s\n' $(1) $(2:$(B)/%=%) && $(3))

include proto/proto.mk

help:                      ## what there is
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile tests/tests.mk

all: packages               ## build the programs, hardened
	@$(MAKE) --no-print-directory programs
programs: $(PROGRAMS)

# Install what is missing (Debian); says so when it cannot.
packages:
	@deploy/install-packages $(PACKAGES)
test-packages:
	@deploy/install-packages $(PACKAGES) $(TEST_PACKAGES) $(call unless,node,nodejs) $(call unless,npm,npm)

$(B)/libbuurtbus.a: $(OBJECTS) $(GEN_OBJECTS)
	@rm -f $@
	$(call run,ar,$@,ar rcs $@ $^)

$(B)/%.o: %.c | $(GEN_HEADERS)
	@mkdir -p $(@D)
	$(call run,cc,$<,$(CC) $(CFLAGS) -MMD -MP -c $< -o $@)

$(B)/bin/buurtbus-broker: $(B)/broker/main.o $(B)/libbuurtbus.a
$(B)/bin/buurtbus-node: $(B)/nodes/main.o $(B)/libbuurtbus.a
$(B)/bin/buurtbus: $(B)/nodes/cli/main.o $(B)/libbuurtbus.a
$(B)/bin/buurtbus-http: $(B)/adapters/http/main.o $(B)/libbuurtbus.a
$(B)/bin/buurtbus-http: private LDLIBS += $(HTTP_LDLIBS)
$(PROGRAMS):
	@mkdir -p $(@D)
	$(call run,link,$@,$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@)

include tests/tests.mk

# The inputs of the fuzzers are the same in each run of the tests, and others each time in test-long and fuzz.
FUZZ_SEED ?= 1
# What is tested from outside, as people and software of partners meet it.
SCRIPTS := tests/cli_bad.sh \
           tests/http/test.sh \
           tests/demo/test.sh \
           tests/demo/http.sh \
           tests/demo/rows.sh \
           tests/sandbox.sh \
           tests/package.sh \
           tests/clients.sh
# Those of them that any machine runs to the same end: what people type, and the sandbox.
COVER_SCRIPTS := tests/cli_bad.sh tests/demo/test.sh tests/demo/rows.sh tests/sandbox.sh
test: test-packages        ## everything that ends in about ten minutes; the last line counts
	@$(MAKE) --no-print-directory programs tests
	@$(MAKE) --no-print-directory P=san B=build/san $(SAN_TESTS:%=build/san/tests/%)
	@$(MAKE) --no-print-directory P=fuzz B=build/fuzz CC=clang $(FUZZ:%=build/fuzz/tests/%)
	@BIN=$(B)/bin SEEDS=$(SEEDS) CUTS=$(CUTS) EVERY=$(EVERY) RACES=$(RACES) INTERLEAVINGS=$(INTERLEAVINGS) CLAIMS=$(CLAIMS) ANTENNAS=$(ANTENNAS) ORDERS=$(ORDERS) KILLS=$(KILLS) tests/run.sh tests/layers.sh tests/format.sh tests/limits.sh tests/mutants_apply.sh tests/broken_copy.sh $(UNIT) $(SIM) $(REAL) \
	    $(SCRIPTS:%='% $(B)/bin') $(SAN_TESTS:%=build/san/tests/%) $(FUZZ:%='tests/fuzz.sh build/fuzz/tests/% $(or $(T),5) $(FUZZ_SEED)')
demo: packages             ## the demo story by real processes (KEEP=1 leaves it running)
	@$(MAKE) --no-print-directory programs >/dev/null
	@tests/demo/demo.sh $(B)/bin $(KEEP)
demo-http: test-packages   ## the same story told by software of the partners: over HTTP only, with curl and jq
	@$(MAKE) --no-print-directory programs >/dev/null
	@tests/demo/http.sh $(B)/bin
bench: test-packages       ## speed, as ratios measured side by side in one run
	@$(MAKE) --no-print-directory programs $(BENCH)
	@$(BENCH) $(B)/bin build/bench.tsv
san: test-packages         ## the unit tables and stories under the address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory P=san B=build/san $(SAN_TESTS:%=build/san/tests/%)
	@tests/run.sh $(SAN_TESTS:%=build/san/tests/%)
test-long: test-packages   ## the same with larger counts: N times the seeds, power cuts, kills and fuzzing (default 10)
	@$(MAKE) --no-print-directory test SEEDS=$$((100 * $(or $(N),10))) CUTS=$$((500 * $(or $(N),10))) EVERY=1 RACES=$$((2000 * $(or $(N),10))) INTERLEAVINGS=$$((1000 * $(or $(N),10))) CLAIMS=$$((100 * $(or $(N),10))) ANTENNAS=$$((1000 * $(or $(N),10))) ORDERS=$$((100000 * $(or $(N),10))) KILLS=$$((50 * $(or $(N),10))) T=$$((5 * $(or $(N),10))) FUZZ_SEED= LIMIT=14400
	@$(MAKE) --no-print-directory valgrind
valgrind: test-packages    ## the unit tables and the stories under valgrind, with a few lives, cuts and races
	@$(MAKE) --no-print-directory $(UNIT) $(SIM)
	@SEEDS=2 CUTS=10 RACES=5 INTERLEAVINGS=12 CLAIMS=2 ANTENNAS=20 ORDERS=20 EVERY=100 LIMIT=3600 \
	    tests/run.sh $(foreach test,$(UNIT) $(SIM),'valgrind -q --error-exitcode=9 --leak-check=full --suppressions=tests/valgrind.supp $(test)')
mutants: test-packages     ## break one rule at a time: which test catches it (M="NAME ..." for some)
	@tests/mutants.sh $(M)
cover: test-packages       ## lines and branches that tables, stories, the fuzzers' inputs and staff at real programs reach; fails below the goals
	@$(MAKE) --no-print-directory P=cover B=build/cover programs $(SAN_TESTS:%=build/cover/tests/%) $(FUZZ:fuzz_%=build/cover/tests/corpus_%)
	@find build/cover -name '*.gcda' -delete
	@FAILS=$(or $(FAILS),2000) tests/run.sh $(SAN_TESTS:%=build/cover/tests/%) $(foreach f,$(FUZZ),'build/cover/tests/corpus_$(f:fuzz_%=%) tests/corpus/$(f)') \
	    $(COVER_SCRIPTS:%='% build/cover/bin')
	@tests/cover.sh build/cover
tidy: test-packages        ## clang-tidy and gcc's analyzer
	@deploy/install-packages clang-tidy-14
	@$(MAKE) --no-print-directory $(GEN_HEADERS)
	@printf '%s\n' $(SOURCES) $(MAINS:%=%.c) | xargs -P $(shell nproc) -I{} clang-tidy-14 --quiet {} -- $(BASE) -isystem $(B) \
	    2> >(grep -v 'warnings* generated' >&2)
	@$(MAKE) --no-print-directory B=build/analyze CFLAGS_EXTRA="-fanalyzer" build/analyze/libbuurtbus.a $(MAINS:%=build/analyze/%.o)
install: programs          ## put programs, man pages and units under DESTDIR (default /)
	install -d $(DESTDIR)/usr/bin $(foreach l,. nl fr,$(DESTDIR)/usr/share/man/$l/man1 $(DESTDIR)/usr/share/man/$l/man8) \
	    $(DESTDIR)/usr/lib/systemd/system $(DESTDIR)/usr/lib/sysusers.d $(DESTDIR)/usr/lib/tmpfiles.d \
	    $(DESTDIR)/usr/share/doc/buurtbus/docs $(DESTDIR)/usr/share/doc/buurtbus/proto
	install -s $(PROGRAMS) $(DESTDIR)/usr/bin
	for l in en:. nl:nl fr:fr; do \
	    to=$(DESTDIR)/usr/share/man/$${l#*:}; \
	    $(B)/bin/buurtbus --lang $${l%:*} man | gzip -9n >$$to/man1/buurtbus.1.gz; \
	    for p in node broker http; do $(B)/bin/buurtbus --lang $${l%:*} man $$p | gzip -9n >$$to/man8/buurtbus-$$p.8.gz; done; \
	done
	install -m 644 deploy/*.service $(DESTDIR)/usr/lib/systemd/system
	install -m 644 deploy/buurtbus.sysusers $(DESTDIR)/usr/lib/sysusers.d/buurtbus.conf
	install -m 644 deploy/buurtbus.tmpfiles $(DESTDIR)/usr/lib/tmpfiles.d/buurtbus.conf
	install -d $(DESTDIR)/usr/share/buurtbus/clients
	install -m 644 adapters/http/clients/* $(DESTDIR)/usr/share/buurtbus/clients
	install -m 644 README.md LICENSE $(DESTDIR)/usr/share/doc/buurtbus
	install -m 644 docs/*.md $(DESTDIR)/usr/share/doc/buurtbus/docs
	install -m 644 proto/README.md proto/*.proto $(DESTDIR)/usr/share/doc/buurtbus/proto
deb: packages              ## the Debian package, in build/
	@rm -rf build/stage
	@$(MAKE) --no-print-directory install DESTDIR=$(CURDIR)/build/stage >/dev/null
	@deploy/make-deb build/stage $(VERSION) build/buurtbus_$(VERSION)_$$(dpkg --print-architecture).deb
layers:                    ## includes go downward only, one door per library
	@tests/layers.sh
fmt:                       ## lay the code out as .clang-format says
	@clang-format-14 -i $$(git ls-files '*.c' '*.h')
clean:                     ## remove everything that was built
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.PHONY: help all programs packages test-packages test test-long valgrind mutants demo demo-http bench san layers fmt clean cover tidy \
        install deb
