"""The Open Inference Protocol, version 2, under `/v2`: tensors in, tensors out, for any graph.

https://github.com/kserve/open-inference-protocol, with the binary tensors, statistics, model
configuration and model repository extensions of https://github.com/triton-inference-server/server
(docs/protocol).
"""
