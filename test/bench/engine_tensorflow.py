# Training steps of a network in TensorFlow/Keras, for `npm run bench -- engine`: engine_tensorflow.py JOB.json THREADS
# Says on stdout, a line of JSON each: what it is and when its first step was done, then one measurement for each line "seconds" of stdin.
import json, os, sys, time

began = time.time() - time.process_time()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
job = json.load(open(sys.argv[1]))
threads = int(sys.argv[2])

import numpy as np
import tensorflow as tf
import keras
from serve import serve

tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(1)
layers = keras.layers
size, channels, batch = job["spec"]["input"]["size"], job["spec"]["input"]["channels"], job["batch"]
network = keras.Sequential([keras.Input((size, size, size, channels))])
flat = False
for layer in job["spec"]["layers"]:
    if layer["kind"] == "convolution":
        network.add(layers.Conv3D(layer["filters"], 3, padding=layer["padding"]))
        network.add(layers.LeakyReLU(negative_slope=layer["slope"]))
    elif layer["kind"] == "pool":
        network.add(layers.MaxPooling3D(2) if layer["mode"] == "max" else layers.AveragePooling3D(2))
    else:
        if not flat:
            network.add(layers.Flatten())
        flat = True
        network.add(layers.Dense(layer["units"]))
        if layer["slope"] != 1:
            network.add(layers.LeakyReLU(negative_slope=layer["slope"]))
optimizer = keras.optimizers.Adam(1e-3)
x = tf.constant(np.fromfile(job["inputs"], np.float32).reshape(batch, size, size, size, channels))
y = tf.constant(np.fromfile(job["targets"], np.float32).reshape(batch, 1))


@tf.function(jit_compile=job.get("xla", False))
def train():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(network(x, training=True) - y))
    optimizer.apply_gradients(zip(tape.gradient(loss, network.trainable_variables), network.trainable_variables))
    return loss


serve(lambda: float(train()), began, batch, network.count_params(), f"TensorFlow {tf.__version__}, Keras {keras.__version__}")
