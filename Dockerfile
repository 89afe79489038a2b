# What runs: a slim system of Debian. What the program's own Python is taken from: the same release of it, with Python.
ARG BASE=debian:12-slim
ARG PYTHON_BASE=python:3.12-slim-bookworm

FROM ${PYTHON_BASE} AS program
RUN apt-get update && apt-get install -y --no-install-recommends binutils libgomp1
WORKDIR /source
ARG PIP_INDEX_URL=https://pypi.org/simple
COPY packaging/binary/requirements.txt packaging/binary/
RUN python3 -m venv /tools && /tools/bin/python -m pip install --require-hashes --requirement packaging/binary/requirements.txt
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY docs/ docs/
COPY packaging/binary/ packaging/binary/
COPY devops_agent/ devops_agent/
RUN PATH="/tools/bin:$PATH" python packaging/binary/build.py --folder /opt/devops-agent

FROM ${BASE} AS clients
# download: the versions below. distribution: those of Debian, where it has them. none.
ARG CLIENTS=download
ARG KUBECTL_VERSION=1.35.1
ARG KUBECTL_SHA256_AMD64=36e2f4ac66259232341dd7866952d64a958846470f6a9a6a813b9117bd965207
ARG KUBECTL_SHA256_ARM64=706256e21a4e9192ee62d1a007ac0bfcff2b0b26e92cc7baad487a6a5d08ff82
ARG HELM_VERSION=4.1.1
ARG HELM_SHA256_AMD64=5d4c7623283e6dfb1971957f4b755468ab64917066a8567dd50464af298f4031
ARG HELM_SHA256_ARM64=02a5fb7742469d2d132e24cb7c3f52885894043576588c6788b6813297629edd
ARG DOCKER_VERSION=28.0.4
ARG DOCKER_SHA256_AMD64=6b130fa5fb13516620d5ece0b63f63a495cede428bb2f9e24449022e9d72e0cb
ARG DOCKER_SHA256_ARM64=d3291093e8ed576ed9e237b24dc4556a9ed21ff25d4c26578df612cb6fe0480f
COPY packaging/image/get-clients /
RUN sh /get-clients "$CLIENTS" /clients

FROM ${BASE}
RUN apt-get update \
    && apt-get install -y --no-install-recommends bash ca-certificates libstdc++6 procps tini \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* \
    && useradd --create-home --uid 1000 --shell /bin/bash devops \
    && install -d -o devops -m 1777 /workspace \
    && chmod 1777 /home/devops
COPY --from=clients /clients/ /usr/local/bin/
COPY --from=program /opt/devops-agent/ /opt/devops-agent/
COPY packaging/image/devops-agent /usr/local/bin/

ENV HOME=/home/devops
USER devops
WORKDIR /workspace
# So that both can be written with --read-only; a volume of one's own at /home/devops keeps sessions and history.
VOLUME ["/home/devops", "/tmp"]
HEALTHCHECK --interval=5m --timeout=30s CMD ["devops-agent", "--quiet", "--backend", "embedded", "doctor"]
ENTRYPOINT ["/usr/bin/tini", "--", "devops-agent"]

ARG VERSION=0
ARG REVISION=unknown
ARG SOURCE=https://github.com/OWNER/devops-agent
LABEL org.opencontainers.image.title="devops-agent" \
      org.opencontainers.image.description="A local DevOps agent: a small model in your terminal, one checked call at a time" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.documentation="${SOURCE}/blob/main/docs/docker.md"
