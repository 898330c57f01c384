# The other contenders of `npm run bench -- picture`: VTK's flying edges, scikit-image's marching cubes. The period is closed by one layer of points.
import json, sys, time
import numpy as np

N = 200
t = 2 * np.pi * np.arange(N + 1) / N
x, y, z = np.meshgrid(t, t, t, indexing="ij")
f = (np.cos(x) * np.sin(y) + np.cos(y) * np.sin(z) + np.cos(z) * np.sin(x)).astype(np.float32)


def say(message):
    print(json.dumps(message), flush=True)


if sys.argv[1] == "vtk":
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkCommonCore import vtkSMPTools
    from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D, vtkMassProperties

    vtkSMPTools.Initialize(1)
    image = vtkImageData()
    image.SetDimensions(N + 1, N + 1, N + 1)
    image.SetSpacing(10 / N, 10 / N, 10 / N)
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(f.transpose(2, 1, 0)).ravel(), deep=True))
    filter = vtkFlyingEdges3D()
    filter.SetInputData(image)
    filter.SetValue(0, 0.3)
    filter.ComputeNormalsOn()

    def surface():
        filter.Modified()
        filter.Update()

    surface()
    mass = vtkMassProperties()
    mass.SetInputData(filter.GetOutput())
    mass.Update()
    say({"triangles": filter.GetOutput().GetNumberOfCells(), "area": mass.GetSurfaceArea()})
else:
    from skimage.measure import marching_cubes, mesh_surface_area

    surface = lambda: marching_cubes(f, 0.3, spacing=(10 / N,) * 3)
    vertices, faces, _, _ = surface()
    say({"triangles": len(faces), "area": float(mesh_surface_area(vertices, faces))})

for line in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    surface()
    say({"wall": 1000 * (time.perf_counter() - wall), "cpu": 1000 * (time.process_time() - cpu)})
