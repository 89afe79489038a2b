"""docker's sub-commands about images."""

from devops_agent.evaluation.render import docker as render
from devops_agent.evaluation.render.sizes import decimal_size
from devops_agent.evaluation.worlds.docker.objects import split_image
from devops_agent.evaluation.worlds.docker.words import DockerWords, no_image, tagged
from devops_agent.evaluation.worlds.options import Options
from devops_agent.evaluation.worlds.result import Result, fails, prints


class Images(DockerWords):
    """images, pull, rmi, build and their like."""

    def _images(self, options: Options) -> Result:
        wanted = options.operand(0)
        shown = [
            one for one in self.world.docker.images if not wanted or one.repository == wanted or one.name == wanted
        ]
        if "dangling=true" in options.all("-f", "--filter"):
            shown = [one for one in shown if not one.repository]
        if options.has("-q"):
            return prints("\n".join(one.id for one in shown))
        if options.has("--format"):
            return Result(render.formatted_images(options.get("--format"), shown))
        return Result(render.images_table(shown))

    def _pull(self, options: Options) -> Result:
        name = options.operand(0)
        repository, tag = split_image(name)
        if repository in self.world.docker.remote_missing:
            return fails(f"Error response from daemon: {no_image(name)}")
        known = any(one.name == f"{repository}:{tag}" for one in self.world.docker.images)
        values = self.world.docker.values
        self.world.docker.know_image(name)
        using = "" if ":" in name.rpartition("/")[2] else "Using default tag: latest\n"
        where = f"library/{repository}" if "/" not in repository else repository
        layers = "".join(f"{layer}: Pull complete\n" for layer in values.different(2, lambda: values.hexadecimal(12)))
        what = "Image is up to date for" if known else "Downloaded newer image for"
        full = f"{repository}:{tag}" if "." in repository.split("/")[0] else f"docker.io/{where}:{tag}"
        return prints(
            f"{using}{tag}: Pulling from {where}\n{'' if known else layers}Digest: sha256:{values.hexadecimal(64)}\n"
            f"Status: {what} {repository}:{tag}\n{full}"
        )

    def _rmi(self, options: Options) -> Result:
        name = options.operand(0)
        repository, tag = split_image(name)
        found = next(
            (one for one in self.world.docker.images if one.name == f"{repository}:{tag}" or one.id == name), None
        )
        if not found:
            return fails(f"Error response from daemon: No such image: {tagged(name)}")
        user = next((one for one in self.world.docker.containers if one.image == found.name), None)
        if user and user.up:
            return fails(
                f'Error response from daemon: conflict: unable to remove repository reference "{name}" '
                f"(must force) - container {user.id[:12]} is using its referenced image {found.id}"
            )
        if user and not options.has("-f", "--force"):
            return fails(
                f'Error response from daemon: conflict: unable to remove repository reference "{name}" '
                f"(must force) - container {user.id[:12]} is using its referenced image {found.id}"
            )
        self.world.docker.images.remove(found)
        return prints(f"Untagged: {found.name}\nDeleted: sha256:{found.id}{self.world.docker.values.hexadecimal(52)}")

    def _tag(self, options: Options) -> Result:
        source, target = options.operand(0), options.operand(1)
        repository, tag = split_image(source)
        found = next((one for one in self.world.docker.images if one.name == f"{repository}:{tag}"), None)
        if not found:
            return fails(f"Error response from daemon: No such image: {tagged(source)}")
        self.world.docker.know_image(target).id = found.id
        return Result()

    def _build(self, options: Options) -> Result:
        folder = self.world.files.absolute(self.world.cwd, options.operand(0, "."))
        if not self.world.files.exists(f"{folder}/Dockerfile"):
            return fails(
                "ERROR: failed to build: failed to solve: failed to read dockerfile: open Dockerfile: no "
                "such file or directory"
            )
        image = self.world.docker.know_image(options.get("-t", "--tag", default="untagged"), 1)
        digest = self.world.docker.values.hexadecimal(64)
        where = (
            f"docker.io/library/{image.name}"
            if "/" not in image.repository
            else f"docker.io/{image.name}"
            if "." not in image.repository.split("/")[0]
            else image.name
        )
        lines = [
            "#1 [internal] load build definition from Dockerfile",
            "#1 DONE 0.0s",
            "#5 exporting to image",
            "#5 exporting layers 0.1s done",
            f"#5 writing image sha256:{digest} done",
            f"#5 naming to {where} done",
            "#5 DONE 0.1s",
        ]
        return Result("", "\n".join(lines) + "\n", 0)

    def _image_prune(self, options: Options) -> Result:
        used = {one.image for one in self.world.docker.containers}
        gone = [
            one
            for one in self.world.docker.images
            if not one.repository or (options.has("-a") and one.name not in used)
        ]
        for one in gone:
            self.world.docker.images.remove(one)
        lines = [f"untagged: {one.name}" for one in gone if one.repository] + [
            f"deleted: sha256:{one.id}{'0' * 52}" for one in gone
        ]
        listed = "Deleted Images:\n" + "".join(f"{line}\n" for line in lines) + "\n" if gone else ""
        return prints(f"{listed}Total reclaimed space: {decimal_size(sum(one.size for one in gone))}")
