"""The model inside this process: llama.cpp through xllamacpp, with no server to start and nothing to download."""
