# Buurtbus. `make` alone says what there is.
#   CC=clang     build with clang instead of gcc
#   P=san        sanitizer build (release is the default); P=cover for coverage
SHELL := /bin/bash
.DEFAULT_GOAL := help
P ?= release
B ?= build/$(P)$(if $(filter clang%,$(CC)),-clang)

PACKAGES := gcc make pkg-config protobuf-c-compiler libprotobuf-c-dev libzmq3-dev libsqlite3-dev \
            libsodium-dev libuv1-dev libconfuse-dev libsystemd-dev libjansson-dev
TEST_PACKAGES := libcmocka-dev clang libclang-rt-14-dev clang-format-14 valgrind
LIBS := libzmq libprotobuf-c sqlite3 libsodium libuv libconfuse libsystemd jansson

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

CFLAGS = $(BASE) $(WARN) $(MODE_$(P)) $(CFLAGS_$*)
LDFLAGS = $(LINK_$(P))
LDLIBS = $(shell pkg-config --libs $(LIBS))

MAINS := broker/main nodes/main nodes/cli/main
SOURCES := $(filter-out $(MAINS:%=%.c),$(wildcard core/*.c broker/*.c nodes/*.c nodes/cli/*.c adapters/*.c))
OBJECTS := $(SOURCES:%.c=$(B)/%.o)
PROGRAMS := $(B)/bin/buurtbus-broker $(B)/bin/buurtbus-node $(B)/bin/buurtbus

include proto/proto.mk

help:                      ## what there is
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

all: packages               ## build the three programs, hardened
	@$(MAKE) --no-print-directory programs
programs: $(PROGRAMS)

# Install what is missing (Debian); says so when it cannot.
packages:
	@deploy/install-packages $(PACKAGES)
test-packages:
	@deploy/install-packages $(PACKAGES) $(TEST_PACKAGES)

$(B)/libbuurtbus.a: $(OBJECTS) $(GEN_OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(B)/%.o: %.c | $(GEN_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/bin/buurtbus-broker: $(B)/broker/main.o $(B)/libbuurtbus.a
$(B)/bin/buurtbus-node: $(B)/nodes/main.o $(B)/libbuurtbus.a
$(B)/bin/buurtbus: $(B)/nodes/cli/main.o $(B)/libbuurtbus.a
$(PROGRAMS):
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

include tests/tests.mk

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.PHONY: help all programs packages test-packages
