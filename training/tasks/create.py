"""Writing Dockerfiles, manifests and Compose files."""

from training.tasks.kubernetes_change import manifest
from training.tasks.scene import Oracle, Scene, bash, error_line, failed, intent, write_file

DOCKERFILES = {
    "python": 'FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nEXPOSE {port}\nCMD ["python", "{main}.py"]\n',
    "node": 'FROM node:22-alpine\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\nCOPY . .\nEXPOSE {port}\nCMD ["node", "{main}.js"]\n',
    "go": 'FROM golang:1.23 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /{main} .\n\nFROM gcr.io/distroless/static\nCOPY --from=build /{main} /{main}\nEXPOSE {port}\nCMD ["/{main}"]\n',
    "java": 'FROM eclipse-temurin:21-jre\nWORKDIR /app\nCOPY target/{main}.jar app.jar\nEXPOSE {port}\nCMD ["java", "-jar", "app.jar"]\n',
    "static": "FROM nginx:alpine\nCOPY . /usr/share/nginx/html\nEXPOSE {port}\n",
    "rust": 'FROM rust:1.82 AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release\n\nFROM debian:bookworm-slim\nCOPY --from=build /src/target/release/{main} /usr/local/bin/{main}\nEXPOSE {port}\nCMD ["{main}"]\n',
}
MAIN = {"python": "app", "node": "index", "go": "app", "java": "app", "static": "", "rust": "app"}
NAMES = {
    "python": ["python", "flask", "python 3"],
    "node": ["node", "nodejs", "node.js", "express"],
    "go": ["go", "golang"],
    "java": ["java", "spring boot"],
    "static": ["static html", "static site"],
    "rust": ["rust"],
}


def written(told: str, path: str, text: str) -> str:
    return text if "[wrote" in told else f"{path} was not written: the call was rejected."


@intent(
    "create.dockerfile",
    """
    (write|create|make|generate) [me] a Dockerfile for (a|my) {language} (app|project|service) on port {port}
    [create|write] a {language} Dockerfile [that listens] on port {port}
    i need a Dockerfile for {language}, port {port}
    dockerfile for {language} with port {port}
    containerize my {language} app (listening on|with) port {port}
    dockerize this {language} project, it listens on {port}
    make a docker file for a {language} service exposing {port}
    put a {language} app into a Dockerfile, port {port}
    """,
    weight=1.5,
)
def dockerfile(s: Scene) -> Oracle:
    kind, port = s.v.pick(list(DOCKERFILES)), s.v.port()
    language = s.v.pick(NAMES[kind])
    s.ask(language=language, port=port)
    text = DOCKERFILES[kind].format(port=port, main=MAIN[kind])
    told = yield write_file("Dockerfile", text)
    return written(told, "Dockerfile", f"Wrote a Dockerfile for {language}; it exposes port {port}.")


@intent(
    "create.dockerfile_main",
    """
    write a Dockerfile for my {language} app {main} on port {port}
    create a {language} Dockerfile, entry point {main}, port {port}
    Dockerfile for the {language} program {main}, exposing {port}
    containerize the {language} app {main} with port {port}
    make a Dockerfile: {language}, main {main}, port {port}
    i need a {language} Dockerfile that starts {main} and exposes {port}
    dockerize {main} ({language}), port {port}
    generate a Dockerfile that runs {main} with {language} on port {port}
    """,
)
def dockerfile_main(s: Scene) -> Oracle:
    kind, port, main = s.v.pick(["python", "node", "go", "java", "rust"]), s.v.port(), s.v.name()
    language = s.v.pick(NAMES[kind])
    s.ask(language=language, port=port, main=main)
    told = yield write_file("Dockerfile", DOCKERFILES[kind].format(port=port, main=main))
    return written(told, "Dockerfile", f"Wrote a Dockerfile for {language} that starts {main} and exposes port {port}.")


@intent(
    "create.deployment",
    """
    (write|create|make|generate) a [kubernetes] deployment [manifest] {file} for {name} with [image] {image} and {n} replicas
    create {file} with a deployment {name} of {image}, {n} replicas
    deployment yaml {file}: name {name}, image {image}, replicas {n}
    save a deployment manifest for {name} ({image}, {n} replicas) in {file}
    i need {file} with a deployment of {image} named {name}, {n} replicas
    put a {n}-replica deployment {name} of {image} into {file}
    write a k8s manifest {file}: deployment {name}, {n} replicas of {image}
    generate a deployment manifest {file}, {n} x {image}, called {name}
    """,
    weight=1.3,
)
def deployment(s: Scene) -> Oracle:
    file, name, image, n = f"{s.v.name()}.{s.v.pick(['yaml', 'yml'])}", s.v.name(), s.v.image(), s.v.between(1, 9)
    s.ask(file=file, name=name, image=image, n=n)
    told = yield write_file(file, manifest(name, image, n))
    return written(told, file, f"Wrote {file}: deployment {name} with {n} replicas of {image}.")


@intent(
    "create.deploy_and_apply",
    """
    write a deployment {file} for {name} with image {image} and apply it
    create {file} with a deployment {name} of {image} and apply it
    make a manifest {file} for {name} ({image}) and deploy it
    generate and apply a deployment {file}: {name}, image {image}
    deploy {image} as {name} through a manifest {file}
    write {file} (deployment {name}, image {image}), then kubectl apply it
    put a deployment {name} of {image} into {file} and send it to the cluster
    i want {name} from {image} in {file} and running in the cluster
    """,
)
def deploy_and_apply(s: Scene) -> Oracle:
    file, name, image = f"{s.v.name()}.yaml", s.v.name(), s.v.image()
    s.ask(file=file, name=name, image=image)
    told = yield write_file(file, manifest(name, image, 1))
    if "[wrote" not in told:
        return f"{file} was not written: the call was rejected."
    told = yield bash(f"kubectl apply -f {file}")
    return (
        f"Wrote {file}, but applying it failed: {error_line(told)}"
        if failed(told)
        else f"Wrote {file} and applied it: deployment {name} created."
    )


@intent(
    "create.service",
    """
    (write|create|make|generate) a [kubernetes] service [manifest] {file} for {name} on port {port}
    create {file} with a service {name}, port {port}
    service yaml {file}: name {name}, port {port}
    save a service manifest for {name} (port {port}) in {file}
    i need {file} with a kubernetes service for {name} on {port}
    put a service for {name} on port {port} into {file}
    write a k8s service {file}: {name}, port {port}
    service manifest {file} for the app {name} with port {port}
    """,
)
def service(s: Scene) -> Oracle:
    file, name, port = f"{s.v.name()}.yaml", s.v.name(), s.v.port()
    s.ask(file=file, name=name, port=port)
    text = f"apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  selector:\n    app: {name}\n  ports:\n  - port: {port}\n    targetPort: {port}\n"
    told = yield write_file(file, text)
    return written(told, file, f"Wrote {file}: service {name} on port {port}.")


@intent(
    "create.configmap",
    """
    (write|create|make|generate) a configmap [manifest] {file} named {name} with {key}={value}
    create {file} with a configmap {name} holding {key}={value}
    configmap yaml {file}: name {name}, {key}={value}
    save a configmap manifest {name} with {key}={value} in {file}
    i need {file} with a configmap {name}, {key} set to {value}
    put a configmap {name} with {key}={value} into {file}
    write a k8s configmap {file}: {name}, {key}={value}
    configmap manifest {file} for {name} with {key} = {value}
    """,
)
def configmap(s: Scene) -> Oracle:
    file, name, key, value = f"{s.v.name()}.yaml", s.v.name(), s.v.variable(), s.v.setting()
    s.ask(file=file, name=name, key=key, value=value)
    text = f'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  {key}: "{value}"\n'
    told = yield write_file(file, text)
    return written(told, file, f"Wrote {file}: configmap {name} with {key}={value}.")


@intent(
    "create.compose",
    """
    (write|create|make|generate) a [docker] compose file with [a service] {name} ({image}, port {port})
    [create|write] a compose.yaml: service {name}, image {image}, port {port}
    docker-compose file for {name} with image {image} on port {port}
    i need a compose file that runs {image} as {name} on port {port}
    compose file: {name}, {image}, {port}
    put {image} as service {name} on port {port} into a compose file
    make a compose.yaml running {image} as {name} publishing {port}
    generate docker compose for {image}, service {name}, port {port}
    """,
    weight=1.3,
)
def compose(s: Scene) -> Oracle:
    name, image, port = s.v.name(), s.v.image(), s.v.port()
    s.ask(name=name, image=image, port=port)
    told = yield write_file(
        "compose.yaml", f'services:\n  {name}:\n    image: {image}\n    ports:\n      - "{port}:{port}"\n'
    )
    return written(told, "compose.yaml", f"Wrote compose.yaml: service {name} with image {image} on port {port}.")


@intent(
    "create.compose_two",
    """
    (write|create|make) a compose file with {name} ({image}) and {other} ({second})
    compose.yaml with two services: {name} from {image}, {other} from {second}
    docker compose file for {name} ({image}) that depends on {other} ({second})
    i need a compose file: {name} runs {image}, {other} runs {second}
    generate a compose file for the services {name} ({image}) and {other} ({second})
    put {image} as {name} and {second} as {other} into a compose file
    compose file with {name}={image} and {other}={second}
    two services in compose.yaml: {name} ({image}), {other} ({second})
    """,
)
def compose_two(s: Scene) -> Oracle:
    name, other, image, second = s.v.name(), s.v.name(), s.v.image(), s.v.image()
    s.ask(name=name, other=other, image=image, second=second)
    text = (
        f"services:\n  {name}:\n    image: {image}\n    depends_on:\n      - {other}\n  {other}:\n    image: {second}\n"
    )
    told = yield write_file("compose.yaml", text)
    return written(
        told, "compose.yaml", f"Wrote compose.yaml with the services {name} ({image}) and {other} ({second})."
    )


@intent(
    "create.script",
    """
    (write|create|make) a [shell|bash] script {file} that (restarts|restart) [the] container {name}
    script {file} to restart container {name}
    create {file}: a script which restarts the container {name}
    i need a bash script {file} restarting container {name}
    put a restart of container {name} into a script {file}
    generate a shell script {file} that restarts docker container {name}
    write {file}, it should restart the container {name}
    save a script as {file} for restarting container {name}
    """,
)
def script(s: Scene) -> Oracle:
    file, name = f"{s.v.name()}.sh", s.v.name()
    s.ask(file=file, name=name)
    told = yield write_file(file, f"#!/usr/bin/env bash\nset -euo pipefail\n\ndocker restart {name}\n")
    if "[wrote" not in told:
        return f"{file} was not written: the call was rejected."
    yield bash(f"chmod +x {file}")
    return f"Wrote {file}, which restarts container {name}, and made it executable."


@intent(
    "create.ingress",
    """
    (write|create|make|generate) an ingress [manifest] {file} for [host] {host} to [service] {name} port {port}
    create {file} with an ingress from {host} to {name}:{port}
    ingress yaml {file}: host {host}, service {name}, port {port}
    i need {file} with an ingress that sends {host} to service {name} on {port}
    put an ingress for {host} to {name} port {port} into {file}
    write a k8s ingress {file}: {host} -> {name}:{port}
    route {host} to {name}:{port} with an ingress manifest {file}
    ingress manifest {file} for {host}, backend {name} port {port}
    """,
)
def ingress(s: Scene) -> Oracle:
    file, name, port, host = (
        f"{s.v.name()}.yaml",
        s.v.name(),
        s.v.port(),
        f"{s.v.name()}.{s.v.pick(['example.com', 'local', 'io'])}",
    )
    s.ask(file=file, name=name, port=port, host=host)
    text = (
        f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\nspec:\n  rules:\n  - host: {host}\n    http:\n      paths:\n"
        f"      - path: /\n        pathType: Prefix\n        backend:\n          service:\n            name: {name}\n            port:\n              number: {port}\n"
    )
    told = yield write_file(file, text)
    return written(told, file, f"Wrote {file}: ingress for {host} to service {name} on port {port}.")
